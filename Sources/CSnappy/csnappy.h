// SPDX-License-Identifier: Apache-2.0
#ifndef DAYBOOK_CSNAPPY_H
#define DAYBOOK_CSNAPPY_H
#include <snappy-c.h>
#endif
