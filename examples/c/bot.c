/* SPDX-License-Identifier: Apache-2.0
 *
 * A bot in C that records what it does. Build and run it beside an installed Daybook:
 *
 *     cc -std=c11 bot.c $(pkg-config --cflags --libs daybook) -o bot && ./bot logs
 *     daybook verify && daybook tail -n 5
 */
#include <daybook.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void check(int status, const char *what) {
    if (status == DAYBOOK_OK) return;
    fprintf(stderr, "bot: %s: %s\n", what, daybook_last_error());
    exit(1);
}

int main(int argc, char **argv) {
    daybook *book;
    check(daybook_open(argc > 1 ? argv[1] : "logs", NULL, &book), "cannot open the books");

    for (int number = 1; number <= 1000; number++) {
        char id[32];
        snprintf(id, sizeof id, "order-%08d", number);
        const daybook_field submitted[] = {
            daybook_text("order_id", id), daybook_text("asset", "AAPL"),
            daybook_decimal("amount", "100"), daybook_decimal("limit_price", "150.25"),
            daybook_text("strategy", "momentum")};
        /* Queued, not waited for: writing, hashing and signing happen behind. */
        check(daybook_record(book, "order_submitted", DAYBOOK_LEVEL_OF_KIND, submitted, 5),
              "not recorded");

        const daybook_field filled[] = {daybook_text("order_id", id),
                                        daybook_text("asset", "AAPL"),
                                        daybook_decimal("fill_price", "150.24"),
                                        daybook_decimal("filled_amount", "100"),
                                        daybook_decimal("commission", "0.50"),
                                        daybook_text("strategy", "momentum")};
        check(daybook_record(book, "order_filled", DAYBOOK_LEVEL_OF_KIND, filled, 6),
              "not recorded");
    }

    /* What must not be lost waits for the disk, and learns its place in the book. */
    const daybook_field halt[] = {daybook_text("reason", "daily loss limit"),
                                  daybook_decimal("loss", "10000.00"),
                                  daybook_integer("open_orders", 0), daybook_bool("manual", 0)};
    uint64_t index;
    check(daybook_append(book, "trading_halted", DAYBOOK_WARNING, halt, 4, DAYBOOK_SYNCED, &index),
          "the halt is not recorded");
    printf("the halt is record %" PRIu64 "\n", index);

    check(daybook_close(book), "the last records are not on disk");
    return 0;
}
