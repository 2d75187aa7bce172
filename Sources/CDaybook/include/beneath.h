// SPDX-License-Identifier: Apache-2.0
//
// Opening what lies beneath a directory, and nothing else: openat2 is not in Swift's Glibc module,
// nor in every C library.

#ifndef DAYBOOK_BENEATH_H
#define DAYBOOK_BENEATH_H

/// Opens `path` beneath the open directory `root`: never above it, through no symbolic link, on no
/// other file system. `flags` are those of open (O_CLOEXEC is added); nothing is created.
///
/// Returns the descriptor, or -1 with errno set: ELOOP for a symbolic link, EXDEV for a way out or
/// another file system. Uses openat2 where the kernel has it.
int daybook_open_beneath(int root, const char *path, int flags);

/// The same, name by name, for kernels without openat2. Also for tests.
int daybook_open_beneath_portable(int root, const char *path, int flags);

/// Gives the file `from` in `directory` the name `to`, unless that exists: then -1 with EEXIST.
int daybook_rename_new(int directory, const char *from, const char *to);

/// Whether no other descriptor of this regular file is open anywhere: 1 so it is, 0 another is, -1
/// the system does not tell (with errno set). Needs the file's owner or privilege.
int daybook_is_only_descriptor(int descriptor);

#endif
