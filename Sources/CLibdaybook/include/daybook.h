/* SPDX-License-Identifier: Apache-2.0
 *
 * libdaybook: Daybook's books from C, and from all that can call C. docs/guides/c.md is the guide.
 *
 *     daybook *book;
 *     if (daybook_open("logs", NULL, &book) != DAYBOOK_OK) die(daybook_last_error());
 *     daybook_field fill[] = {
 *         daybook_text("order_id", id), daybook_decimal("fill_price", "150.25")};
 *     daybook_record(book, "order_filled", DAYBOOK_LEVEL_OF_KIND, fill, 2);
 *     daybook_close(book);
 *
 * For all calls:
 *
 * Threads    Every call may be made from any thread, at the same time as any other. If one
 *            daybook_record or daybook_append returned before another began, its record has the
 *            lower index in its book. No call is safe in a signal handler.
 * Memory     Yours stays yours: what a call is given is copied before it returns, and may be
 *            changed or freed then. What a call gives (the texts of daybook_last_error and
 *            daybook_version) is the library's.
 * Texts      UTF-8. Bytes that are none become U+FFFD, and the record says so in `daybook_notes`.
 *            A NUL inside a text of given length is part of it. Secrets in texts are masked.
 * Errors     0 is success; everything else is told by daybook_last_error in the thread that
 *            called. Bad input is an error and never ends the process. Nothing is thrown.
 * Fork       A child has none of its parent's threads, and a lock that one of them held stays held:
 *            in a child of a process that had opened books every call returns DAYBOOK_FORKED, also
 *            daybook_open, and the parent's records are left alone. Fork first and open in each
 *            process (one holds the books, the others append through it), or exec after fork.
 * Exit       A normal exit (return from main, exit) writes what is queued and closes. _exit, abort
 *            and a signal lose what is only queued, and nothing that an append waited for.
 * Full       When the disk is slower than the program, the queue fills up (`when_stuck` in
 *            daybook.yaml): with `wait`, the default, calls wait for room; with `fail` they return
 *            DAYBOOK_QUEUE_FULL (or what is the matter with the disk), nothing of the call is kept,
 *            and a later record tells how many are missing.
 */
#ifndef DAYBOOK_H
#define DAYBOOK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of what this header says. A library serves all versions up to its own: daybook_open
 * takes the one that the caller was compiled with from daybook_options. */
#define DAYBOOK_ABI 1

/* The version of the library that runs. */
uint32_t daybook_abi(void);
/* Its release, such as "0.1.0". Never NULL. */
const char *daybook_version(void);

/* What a call returns. More may come: treat an unknown one as an error. */
enum {
    DAYBOOK_OK = 0,
    DAYBOOK_INVALID = 1,      /* an argument is not what it has to be; nothing was done */
    DAYBOOK_UNSUPPORTED = 2,  /* the caller was compiled for a later version of the library */
    DAYBOOK_FORKED = 3,       /* a child may not use what its parent opened */
    DAYBOOK_CLOSED = 4,       /* daybook_close was called */
    DAYBOOK_QUEUE_FULL = 5,   /* no room, and the settings say not to wait */
    DAYBOOK_SETTING = 6,      /* a fault in daybook.yaml, with its line */
    DAYBOOK_DISK = 7,         /* the file system refused */
    DAYBOOK_NO_SPACE = 8,     /* the file system is full */
    DAYBOOK_HELD = 9,         /* another process holds the book and does not answer */
    DAYBOOK_ROLLBACK = 10,    /* the book is older than what was signed before */
    DAYBOOK_DAMAGED = 11,     /* stored bytes do not have their form, or a file is gone */
    DAYBOOK_MISSING_KEY = 12, /* the signing key is not where keys are */
    DAYBOOK_NO_BOOK = 13,     /* there is no such book */
    DAYBOOK_CONNECTION = 14,  /* the process that holds the book went away */
    DAYBOOK_OTHER = 15
};

/* How much a record matters. */
enum {
    DAYBOOK_LEVEL_OF_KIND = -1, /* what the vocabulary says of the kind; info for others */
    DAYBOOK_DEBUG = 0,
    DAYBOOK_INFO = 1,
    DAYBOOK_WARNING = 2,
    DAYBOOK_ERROR = 3,
    DAYBOOK_CRITICAL = 4
};

/* What is waited for. */
enum {
    DAYBOOK_QUEUED = 0,  /* nothing: a crash of the process may lose the record */
    DAYBOOK_WRITTEN = 1, /* the operating system has it: survives the death of the process */
    DAYBOOK_SYNCED = 2   /* on stable storage: survives loss of power */
};

/* What the value of a field is. */
enum {
    DAYBOOK_NULL = 0,    /* known to be absent */
    DAYBOOK_TEXT = 1,    /* value.text */
    DAYBOOK_DECIMAL = 2, /* value.text: a number in digits, such as 150.25: exact, where a double is
                             not. A string in the line. Text that is no number is kept as text. */
    DAYBOOK_INTEGER = 3, /* value.integer */
    DAYBOOK_BOOL = 4,    /* value.integer, 0 or not */
    DAYBOOK_TIMESTAMP =
        5 /* value.integer: nanoseconds since 1970 in UTC; kept to the microsecond. In
                             a field named "timestamp" it is when the event happened, where that is
                             known better than by the moment of recording. */
};

/* Bounds of one call; beyond them it is DAYBOOK_INVALID. */
#define DAYBOOK_FIELDS_MAX 1024
#define DAYBOOK_NAME_BYTES_MAX 1024
#define DAYBOOK_TEXT_BYTES_MAX ((size_t)16 << 20)

/* The length of a text that ends at its first NUL. */
#define DAYBOOK_TO_NUL SIZE_MAX

/* One named value of an event. 40 bytes; the layout is part of the ABI. */
typedef struct daybook_field {
    const char *name;   /* as in the line, snake_case by custom */
    size_t name_length; /* bytes, or DAYBOOK_TO_NUL */
    uint32_t tag;       /* DAYBOOK_NULL … DAYBOOK_TIMESTAMP */
    uint32_t reserved;  /* 0 */
    union {
        struct {
            const char *bytes; /* may be NULL when length is 0 */
            size_t length;     /* bytes, or DAYBOOK_TO_NUL */
        } text;
        int64_t integer;
    } value;
} daybook_field;

/* How to open. Fill it by daybook_options_init, then change what you want. */
typedef struct daybook_options {
    uint32_t size;    /* of this struct, as the caller was compiled with it */
    uint32_t abi;     /* DAYBOOK_ABI, likewise */
    const char *keys; /* where signing keys are; NULL: $DAYBOOK_KEYS, ~/.config/daybook/keys */
    const char *audit_file; /* the name of the live file of `audit`, chosen when the book is made;
                               NULL: that of the settings */
    int32_t level;          /* events below it are not recorded; DAYBOOK_DEBUG: all are */
    uint32_t reserved;      /* 0 */
} daybook_options;

static inline void daybook_options_init(daybook_options *options) {
    options->size = (uint32_t)sizeof *options;
    options->abi = DAYBOOK_ABI;
    options->keys = NULL;
    options->audit_file = NULL;
    options->level = 0;
    options->reserved = 0;
}

/* The books of one directory, open for appending. */
typedef struct daybook daybook;

/* Opens the books of a directory, making them when there are none; the settings are in its
 * daybook.yaml. Several processes may open one directory. Blocks for the disk, and for recovery
 * after a crash; tens of milliseconds.
 *
 * options may be NULL. On success *handle is to be closed by daybook_close, else it is NULL. */
int daybook_open(const char *directory, const daybook_options *options, daybook **handle);

/* Records an event: puts it into the queue and returns.
 *
 * kind ends at its NUL: a name of the vocabulary (docs/format/events.md), such as "order_filled",
 * or one of your own. Messages go into the book `chat`, everything else into `audit`. fields may be
 * NULL when count is 0. Of equal names the last one counts. Names that Daybook uses itself (event,
 * level, source …) become claimed_….
 *
 * Cost: docs/design/performance.md has the figures. Waits for nothing but room in the queue. */
int daybook_record(daybook *handle, const char *kind, int level, const daybook_field *fields,
                   size_t count);

/* Records an event and waits until it is as durable as asked; who waits at the same time shares one
 * write or sync. index, unless NULL, gets where the record stands in its book; UINT64_MAX for
 * DAYBOOK_QUEUED, for it is not known yet, and for an event below the level. Blocks. */
int daybook_append(daybook *handle, const char *kind, int level, const daybook_field *fields,
                   size_t count, int durability, uint64_t *index);

/* Waits until all records so far, in every book, are as durable as asked. Blocks. */
int daybook_flush(daybook *handle, int durability);

/* Bytes that wait in front of the books, not yet with the operating system; 0 for a handle that is
 * NULL, closed, or of another process. Cheap enough to ask each second, not in each call. */
uint64_t daybook_pending(const daybook *handle);

/* 1 when events of that level are recorded, else 0: to skip making what would not be. A load and a
 * compare. */
int daybook_enabled(const daybook *handle, int level);

/* Writes what is queued, syncs, signs, and gives the books back. Blocks; a disk that refuses is
 * given about ten seconds, and what kept the last records from it is returned.
 *
 * Calls that come later, also from other threads, return DAYBOOK_CLOSED: for that a closed handle
 * stays until the process ends, 20 to 50 KiB; the memory of its queues is given back. Open once, not
 * for each record. Closing twice does nothing more, nor does NULL. */
int daybook_close(daybook *handle);

/* What went wrong in the last call of this thread that failed: what, where, what to do. "" when none
 * failed, never NULL. Holds no content of records. Valid until the thread's next call that fails. */
const char *daybook_last_error(void);

/* ---- Fields in one expression (C99, C++11) ---- */

static inline daybook_field daybook_text_of(const char *name, const char *bytes, size_t length) {
    daybook_field field;
    field.name = name;
    field.name_length = DAYBOOK_TO_NUL;
    field.tag = DAYBOOK_TEXT;
    field.reserved = 0;
    field.value.text.bytes = bytes;
    field.value.text.length = length;
    return field;
}

/* text ends at its NUL; NULL is known to be absent. */
static inline daybook_field daybook_text(const char *name, const char *text) {
    daybook_field field = daybook_text_of(name, text, DAYBOOK_TO_NUL);
    if (text == NULL) field.tag = DAYBOOK_NULL;
    return field;
}

static inline daybook_field daybook_decimal(const char *name, const char *digits) {
    daybook_field field = daybook_text(name, digits);
    if (digits != NULL) field.tag = DAYBOOK_DECIMAL;
    return field;
}

static inline daybook_field daybook_scalar(const char *name, uint32_t tag, int64_t value) {
    daybook_field field = daybook_text_of(name, NULL, 0);
    field.tag = tag;
    field.value.integer = value;
    return field;
}

static inline daybook_field daybook_integer(const char *name, int64_t value) {
    return daybook_scalar(name, DAYBOOK_INTEGER, value);
}

static inline daybook_field daybook_bool(const char *name, int value) {
    return daybook_scalar(name, DAYBOOK_BOOL, value != 0);
}

static inline daybook_field daybook_timestamp(const char *name, int64_t nanoseconds) {
    return daybook_scalar(name, DAYBOOK_TIMESTAMP, nanoseconds);
}

static inline daybook_field daybook_null(const char *name) {
    return daybook_scalar(name, DAYBOOK_NULL, 0);
}

#ifdef __cplusplus
}
#endif
#endif
