// SPDX-License-Identifier: Apache-2.0
//
// A bot in Rust that records what it does:
//
//     rustc --edition 2021 -O bot.rs -l daybook && ./bot logs

#[allow(dead_code)]
mod daybook;

use daybook::{Book, Durability, Error, Field, Level};
use std::time::SystemTime;

fn main() -> Result<(), Error> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "logs".into());
    let book = Book::open(&directory, Level::Debug)?;
    std::thread::scope(|scope| {
        for desk in 0..2 {
            let book = &book;
            scope.spawn(move || {
                for number in 1..=1000 {
                    let id = format!("order-{desk}-{number}");
                    let taken = book.record(
                        c"order_filled",
                        Level::OfKind,
                        &[
                            Field::text("order_id", &id),
                            Field::text("asset", "AAPL"),
                            Field::decimal("fill_price", "150.24"),
                            Field::decimal("filled_amount", "100"),
                            Field::decimal("commission", "0.50"),
                            Field::text("strategy", if desk == 0 { "momentum" } else { "pairs" }),
                            Field::timestamp("timestamp", SystemTime::now()),
                        ],
                    );
                    if let Err(error) = taken {
                        eprintln!("bot: not recorded: {error}");
                    }
                }
            });
        }
    });
    let index = book.append(
        c"trading_halted",
        Level::Warning,
        &[
            Field::text("reason", "end of day"),
            Field::integer("open_orders", 0),
            Field::bool("manual", false),
        ],
        Durability::Synced,
    )?;
    println!("the halt is record {index}");
    book.close()
}
