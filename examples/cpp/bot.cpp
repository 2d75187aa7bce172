// SPDX-License-Identifier: Apache-2.0
//
// A bot in C++ with two threads that record what they do:
//
//     c++ -std=c++17 bot.cpp $(pkg-config --cflags --libs daybook) -pthread -o bot && ./bot logs

#include <iostream>
#include <thread>
#include <vector>

#include "daybook.hpp"

using namespace daybook_cpp;

int main(int argc, char **argv) try {
    Book book(argc > 1 ? argv[1] : "logs");

    std::vector<std::thread> desks;
    for (int desk = 0; desk < 2; desk++) {
        desks.emplace_back([&book, desk] {
            const std::string strategy = desk == 0 ? "momentum" : "pairs";
            for (int number = 1; number <= 1000; number++) {
                const std::string id =
                    "order-" + std::to_string(desk) + "-" + std::to_string(number);
                book.record("order_filled", {{"order_id", id},
                                             {"asset", "AAPL"},
                                             {"fill_price", Decimal{"150.24"}},
                                             {"filled_amount", Decimal{"100"}},
                                             {"commission", Decimal{"0.50"}},
                                             {"strategy", strategy},
                                             {"timestamp", std::chrono::system_clock::now()}});
            }
        });
    }
    for (auto &desk : desks) desk.join();

    const auto index = book.append(
        "trading_halted", {{"reason", "end of day"}, {"open_orders", 0}, {"manual", false}},
        Level::warning, Durability::synced);
    std::cout << "the halt is record " << index << "\n";
    book.close();
    return 0;
} catch (const Error &error) {
    std::cerr << "bot: " << error.what() << "\n";
    return 1;
}
