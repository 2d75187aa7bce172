/* SPDX-License-Identifier: Apache-2.0
 *
 * What calls and handles cost in memory: `costs WHAT DIRECTORY`. check_library.py starts it, builds it
 * with Tests/CAllocationCount, which counts what each thread asks of malloc, and judges what it prints.
 */
#define _GNU_SOURCE
#include <daybook.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CAllocationCount.h"

#define EXPECT(condition)                                                        \
    do {                                                                         \
        if (!(condition)) {                                                      \
            fprintf(stderr, "costs:%d: not so: %s (%s)\n", __LINE__, #condition, \
                    daybook_last_error());                                       \
            _exit(1);                                                            \
        }                                                                        \
    } while (0)

static int fill(daybook *book, const char *id) {
    const daybook_field fields[] = {
        daybook_text("order_id", id),           daybook_text("asset", "AAPL"),
        daybook_decimal("fill_price", "150.24"), daybook_decimal("filled_amount", "100"),
        daybook_decimal("commission", "0.50"),  daybook_text("strategy", "MomentumStrategy"),
        daybook_integer("ticks", 12)};
    return daybook_record(book, "order_filled", DAYBOOK_LEVEL_OF_KIND, fields, 7);
}

static long allocations, calls;

/* A thread of its own, so that what its first call asks for counts, too. */
static void *record_counted(void *argument) {
    daybook *book = argument;
    char id[64];
    for (long number = 0; number < calls; number++) {
        snprintf(id, sizeof id, "order-%08ld-%ld", number, number * 7);
        const uint64_t before = allocations_of_thread();
        EXPECT(fill(book, id) == DAYBOOK_OK);
        allocations += (long)(allocations_of_thread() - before);
        /* Not a full queue: who waits for room is not on the hot path. */
        if (number % 1000 == 999) {
            while (daybook_pending(book) > 1 << 20) usleep(1000);
        }
    }
    return NULL;
}

static void run_allocations(const char *directory) {
    daybook *book;
    EXPECT(daybook_open(directory, NULL, &book) == DAYBOOK_OK);
    /* A counter that counts, also what the library asks for. */
    const uint64_t before = allocations_of_thread();
    void *volatile block = malloc(100);
    free(block);
    EXPECT(allocations_of_thread() == before + 1);
    EXPECT(daybook_append(book, "counted", 1, NULL, 0, DAYBOOK_WRITTEN, NULL) == DAYBOOK_OK);
    EXPECT(allocations_of_thread() > before + 1);
    calls = 300000;
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, record_counted, book) == 0);
    pthread_join(thread, NULL);
    EXPECT(daybook_close(book) == DAYBOOK_OK);
    printf("%ld %ld\n", calls, allocations);
}

static long resident_bytes(void) {
    long all, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL && fscanf(file, "%ld %ld", &all, &resident) == 2);
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

static void *record_till_closed(void *argument) {
    int status;
    do status = fill(argument, "o-1");
    while (status == DAYBOOK_OK);
    EXPECT(status == DAYBOOK_CLOSED);
    return NULL;
}

/* Handles that are opened and closed, each fifth while others record: what stays of each. */
static void run_handles(const char *directory) {
    enum { rounds = 200, warm = 40 };
    static daybook *books[rounds];
    long begun = 0;
    for (int round = 0; round < rounds; round++) {
        if (round == warm) begun = resident_bytes();
        EXPECT(daybook_open(directory, NULL, &books[round]) == DAYBOOK_OK);
        pthread_t running[4];
        const int others = round % 5 == 0 ? 4 : 0;
        for (int thread = 0; thread < others; thread++) {
            EXPECT(pthread_create(&running[thread], NULL, record_till_closed, books[round]) == 0);
        }
        for (int number = 0; number < 20; number++) EXPECT(fill(books[round], "o-1") == DAYBOOK_OK);
        EXPECT(daybook_close(books[round]) == DAYBOOK_OK);
        for (int thread = 0; thread < others; thread++) pthread_join(running[thread], NULL);
    }
    printf("%ld\n", (resident_bytes() - begun) / (rounds - warm));
    for (int round = 0; round < rounds; round++) {
        EXPECT(fill(books[round], "late") == DAYBOOK_CLOSED);
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    alarm(280);
    if (strcmp(argv[1], "allocations") == 0) {
        run_allocations(argv[2]);
    } else if (strcmp(argv[1], "handles") == 0) {
        run_handles(argv[2]);
    } else {
        return 64;
    }
    return 0;
}
