// SPDX-License-Identifier: Apache-2.0

#include "CSQLite.h"

#include <sqlite3.h>

int daybook_sqlite_without_memory_account(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
