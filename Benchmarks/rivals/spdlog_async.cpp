// SPDX-License-Identifier: Apache-2.0
//
// spdlog's asynchronous logger into a file, its queue and its one thread as they come, blocking
// when full: the caller formats the JSON (spdlog has no fields), a thread behind it writes.

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include "measure.hpp"

namespace {

/// A file that counts its flushes: an asynchronous logger's flush() does not wait for them. Only
/// the logger's one thread comes here.
class CountingSink final : public spdlog::sinks::sink {
public:
    explicit CountingSink(const std::string &file) : file_(file) {}

    void log(const spdlog::details::log_msg &message) override { file_.log(message); }
    void flush() override {
        file_.flush();
        flushes++;
    }
    void set_pattern(const std::string &pattern) override { file_.set_pattern(pattern); }
    void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override {
        file_.set_formatter(std::move(formatter));
    }

    std::atomic<uint64_t> flushes{0};

private:
    spdlog::sinks::basic_file_sink_st file_;
};

}  // namespace

int main(int argc, char **argv) {
    const std::string file = std::string(argc > 1 ? argv[1] : ".") + "/spdlog.jsonl";
    auto sink = std::make_shared<CountingSink>(file);
    spdlog::init_thread_pool(8192, 1);
    auto logger = std::make_shared<spdlog::async_logger>("bench", sink, spdlog::thread_pool(),
                                                         spdlog::async_overflow_policy::block);
    logger->set_pattern("{\"timestamp\":\"%Y-%m-%dT%H:%M:%S.%fZ\",\"level\":\"%l\",%v}",
                        spdlog::pattern_time_type::utc);
    const int code = rivals::measure(
        argc, argv, [] {},
        [&logger](const rivals::Order &order) {
            logger->info(
                "\"event\":\"order_filled\",\"order_id\":\"{}\",\"asset\":\"{}\","
                "\"fill_price\":\"{}\",\"filled_amount\":\"{}\",\"commission\":\"{}\","
                "\"strategy\":\"{}\"",
                order.order_id, order.asset, order.fill_price, order.filled_amount,
                order.commission, order.strategy);
        },
        [&] {
            const uint64_t before = sink->flushes;
            logger->flush();
            while (sink->flushes == before) std::this_thread::yield();
        });
    spdlog::shutdown();
    return code;
}
