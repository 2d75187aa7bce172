#include "CDaybook.h"
