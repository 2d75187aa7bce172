// SPDX-License-Identifier: Apache-2.0
#ifndef DAYBOOK_CZSTD_H
#define DAYBOOK_CZSTD_H
#include <zstd.h>
#include <zstd_errors.h>
#endif
