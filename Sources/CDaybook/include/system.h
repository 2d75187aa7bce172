// SPDX-License-Identifier: Apache-2.0
//
// What Swift cannot reach well: Unix domain sockets (sockaddr_un and peer credentials differ between
// systems in ways that headers hide) and thread names.

#ifndef DAYBOOK_SYSTEM_H
#define DAYBOOK_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

/// Binds a stream socket to `path` with mode 0600 and listens. An old socket file there is removed:
/// call only while holding the book's lock. Returns the descriptor, or -1 with errno set.
int daybook_unix_listen(const char *path);

/// Connects to the socket at `path`. Returns the descriptor, or -1 with errno set.
int daybook_unix_connect(const char *path);

/// Accepts a connection, going on after signals. Returns -1 with errno set when the socket was
/// shut down.
int daybook_unix_accept(int descriptor);

/// Sends all bytes. Returns 0, or -1 with errno set; a peer that went away is no signal.
int daybook_send_all(int descriptor, const void *bytes, size_t count);

/// Receives exactly `count` bytes. Returns 1, 0 when the peer closed first, or -1 with errno set.
int daybook_receive_all(int descriptor, void *bytes, size_t count);

/// The user id at the other end, or -1 where the system does not tell.
int64_t daybook_peer_user(int descriptor);

/// Ends reading (0), writing (1) or both (2), waking whoever is blocked in it.
void daybook_shutdown(int descriptor, int how);

/// Gives the calling thread a name that debuggers and `top -H` show; cut to what the system takes.
void daybook_name_thread(const char *name);

/// Lets other threads go before the calling one, where the system has priorities of threads.
void daybook_lower_thread_priority(void);

/// Keeps this process's memory out of core files and away from debuggers of the same user. Programs
/// that it starts are as they were.
void daybook_refuse_core_dumps(void);

#endif
