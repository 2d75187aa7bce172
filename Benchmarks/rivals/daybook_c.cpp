// SPDX-License-Identifier: Apache-2.0
//
// libdaybook's daybook_record: six texts, masked, hashed and signed behind the call.

#include <daybook.h>

#include "measure.hpp"

namespace {

daybook_field text(const char *name, const std::string &value) {
    return daybook_text_of(name, value.data(), value.size());
}

void check(int status) {
    if (status == DAYBOOK_OK) return;
    std::fprintf(stderr, "daybook_c: %s\n", daybook_last_error());
    std::exit(1);
}

}  // namespace

int main(int argc, char **argv) {
    const std::string directory = argc > 1 ? argv[1] : ".";
    const std::string keys = directory + "/keys";
    daybook_options options;
    daybook_options_init(&options);
    options.keys = keys.c_str();
    daybook *book = nullptr;
    check(daybook_open((directory + "/logs").c_str(), &options, &book));
    const int code = rivals::measure(
        argc, argv, [] {},
        [book](const rivals::Order &order) {
            const daybook_field fields[] = {
                text("order_id", order.order_id),     text("asset", order.asset),
                text("fill_price", order.fill_price), text("filled_amount", order.filled_amount),
                text("commission", order.commission), text("strategy", order.strategy)};
            check(daybook_record(book, "order_filled", DAYBOOK_LEVEL_OF_KIND, fields, 6));
        },
        [book] { check(daybook_flush(book, DAYBOOK_WRITTEN)); });
    check(daybook_close(book));
    return code;
}
