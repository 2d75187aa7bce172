/* SPDX-License-Identifier: Apache-2.0
 *
 * What daybook.h promises about processes and threads, one promise a run: `processes WHAT DIRECTORY`.
 * check_library.py starts it and reads the books afterwards.
 */
#include <daybook.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPECT(condition)                                                            \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "processes:%d: not so: %s (%s)\n", __LINE__, #condition, \
                    daybook_last_error());                                           \
            _exit(1);                                                                \
        }                                                                            \
    } while (0)

static daybook *open_books(const char *directory) {
    daybook *book;
    EXPECT(daybook_open(directory, NULL, &book) == DAYBOOK_OK);
    return book;
}

static int numbered(daybook *book, const char *kind, int64_t thread, int64_t number) {
    const daybook_field fields[] = {daybook_integer("thread", thread),
                                    daybook_integer("number", number)};
    return daybook_record(book, kind, DAYBOOK_INFO, fields, 2);
}

/* A child that was forked before anything was opened opens for itself. */
static void run_early(const char *directory) {
    int ready[2];
    EXPECT(pipe(ready) == 0);
    const pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        char byte;
        alarm(60);
        EXPECT(read(ready[0], &byte, 1) == 1);
        daybook *own = open_books(directory);
        EXPECT(daybook_append(own, "of_the_child", 1, NULL, 0, DAYBOOK_WRITTEN, NULL) == 0);
        EXPECT(daybook_close(own) == DAYBOOK_OK);
        exit(0);
    }
    daybook *book = open_books(directory);
    EXPECT(write(ready[1], "x", 1) == 1);
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT(daybook_close(book) == DAYBOOK_OK);
}

/* A child may not use what its parent opened, may not open, and may exit. */
static void run_fork(const char *directory) {
    daybook *book = open_books(directory);
    for (int number = 0; number < 500; number++) {
        EXPECT(numbered(book, "before_fork", 0, number) == DAYBOOK_OK);
    }
    const pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        alarm(30); /* a child that hangs dies, and the parent sees it */
        EXPECT(numbered(book, "not_of_the_child", 0, 0) == DAYBOOK_FORKED);
        EXPECT(strstr(daybook_last_error(), "parent") != NULL);
        EXPECT(daybook_append(book, "x", 1, NULL, 0, 1, NULL) == DAYBOOK_FORKED);
        EXPECT(daybook_flush(book, DAYBOOK_SYNCED) == DAYBOOK_FORKED);
        EXPECT(daybook_pending(book) == 0);
        EXPECT(daybook_close(book) == DAYBOOK_FORKED);
        daybook *own;
        EXPECT(daybook_open(directory, NULL, &own) == DAYBOOK_FORKED);
        EXPECT(own == NULL && strstr(daybook_last_error(), "exec") != NULL);
        exit(0); /* the handlers of the parent's books run here, and must leave them alone */
    }
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT(numbered(book, "after_fork", 0, 0) == DAYBOOK_OK);
    EXPECT(daybook_close(book) == DAYBOOK_OK);
}

/* A return from main writes what is queued. */
static void run_exit(const char *directory) {
    daybook *book = open_books(directory);
    for (int number = 0; number < 1000; number++) {
        EXPECT(numbered(book, "at_exit", 0, number) == DAYBOOK_OK);
    }
}

/* What an append waited for survives the death of the process. */
static void run_killed(const char *directory) {
    daybook *book = open_books(directory);
    uint64_t index = 0;
    EXPECT(daybook_append(book, "kept", 1, NULL, 0, DAYBOOK_WRITTEN, &index) == DAYBOOK_OK);
    EXPECT(index != UINT64_MAX);
    raise(SIGKILL);
}

enum { threads = 64, records = 400 };
static daybook *shared;
static atomic_int begun, refused;

static void *record_many(void *argument) {
    const int64_t thread = (int64_t)(intptr_t)argument;
    for (int number = 0; number < records; number++) {
        EXPECT(numbered(shared, "of_a_thread", thread, number) == DAYBOOK_OK);
    }
    return NULL;
}

static void *record_till_closed(void *argument) {
    const int64_t thread = (int64_t)(intptr_t)argument;
    for (int64_t number = 0;; number++) {
        const int status = numbered(shared, "till_closed", thread, number);
        if (status == DAYBOOK_OK) {
            if (number == 0) atomic_fetch_add(&begun, 1);
            continue;
        }
        EXPECT(status == DAYBOOK_CLOSED);
        atomic_fetch_add(&refused, 1);
        return NULL;
    }
}

static void on_threads(int count, void *(*body)(void *)) {
    pthread_t running[threads];
    for (int thread = 0; thread < count; thread++) {
        EXPECT(pthread_create(&running[thread], NULL, body, (void *)(intptr_t)thread) == 0);
    }
    if (body == record_till_closed) {
        /* Not before each has recorded something, on a busy machine either. */
        while (atomic_load(&begun) < count) usleep(1000);
        usleep(100 * 1000);
        EXPECT(daybook_close(shared) == DAYBOOK_OK);
    }
    for (int thread = 0; thread < count; thread++) pthread_join(running[thread], NULL);
}

/* Many threads, one handle; then a close while others record. */
static void run_threads(const char *directory) {
    shared = open_books(directory);
    on_threads(threads, record_many);
    EXPECT(daybook_flush(shared, DAYBOOK_WRITTEN) == DAYBOOK_OK);
    on_threads(8, record_till_closed);
    EXPECT(atomic_load(&refused) == 8);
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    static const struct {
        const char *name;
        void (*run)(const char *);
    } runs[] = {{"early", run_early},
                {"fork", run_fork},
                {"exit", run_exit},
                {"killed", run_killed},
                {"threads", run_threads}};
    for (size_t run = 0; run < sizeof runs / sizeof *runs; run++) {
        if (strcmp(argv[1], runs[run].name) == 0) {
            runs[run].run(argv[2]);
            return 0;
        }
    }
    return 64;
}
