// SPDX-License-Identifier: Apache-2.0
#ifndef DAYBOOK_CZLIB_H
#define DAYBOOK_CZLIB_H
#include <zlib.h>
#endif
