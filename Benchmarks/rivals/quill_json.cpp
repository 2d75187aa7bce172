// SPDX-License-Identifier: Apache-2.0
//
// quill with its JSON sink into a file, all of its options as they come: the caller copies the
// arguments into a queue of its thread, a thread behind it makes the JSON.

#include <quill/Backend.h>
#include <quill/Frontend.h>
#include <quill/LogMacros.h>
#include <quill/Logger.h>
#include <quill/sinks/JsonSink.h>

#include "measure.hpp"

int main(int argc, char **argv) {
    quill::Backend::start();
    const std::string file = std::string(argc > 1 ? argv[1] : ".") + "/quill.jsonl";
    auto sink = quill::Frontend::create_or_get_sink<quill::JsonFileSink>(
        file, quill::FileSinkConfig(), quill::FileEventNotifier());
    quill::Logger *logger = quill::Frontend::create_or_get_logger(
        "bench", std::move(sink),
        quill::PatternFormatterOptions("", "%Y-%m-%dT%H:%M:%S.%QusZ", quill::Timezone::GmtTime));
    return rivals::measure(
        argc, argv, [] { quill::Frontend::preallocate(); },
        [logger](const rivals::Order &order) {
            LOG_INFO(logger,
                     "order_filled {order_id} {asset} {fill_price} {filled_amount} {commission} "
                     "{strategy}",
                     order.order_id, order.asset, order.fill_price, order.filled_amount,
                     order.commission, order.strategy);
        },
        [logger] { logger->flush_log(); });
}
