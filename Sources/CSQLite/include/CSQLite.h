// SPDX-License-Identifier: Apache-2.0
#pragma once

// What SQLite's C interface has only as functions with a variable number of arguments, which Swift
// cannot call.

/// Lets SQLite of this process keep no account of the memory it uses. The account is one lock for all
/// connections: threads that each read with one of their own wait for each other at every allocation.
/// Nothing here asks for it.
///
/// Has to be called before the first connection is opened, from one thread.
/// Returns 0; or what SQLite says, and then the account is kept as before.
int daybook_sqlite_without_memory_account(void);
