#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small trading bot on a simulated market, to try Daybook with.

    daybook run --name momentum -- python3 examples/bot.py
    daybook run --name momentum -- python3 examples/bot.py --ticks 2000 --delay 0

It needs Python 3.9 and nothing else, touches no network and stops by itself. It prints what real
bots print:

  stdout  trade events, one JSON object a line, as structlog writes them; prices are decimal strings
  stderr  chatter through the logging module, and one traceback of an error it handles
  stdout  one HTTP request with its API key, as `exchange.verbose = True` of ccxt prints it

The key is made up. It is here so that you can search your book for it and not find it.
"""

import argparse
import json
import logging
import random
import sys
import time
from collections import deque
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

FAKE_KEY = "FAKE-demo-key-1f3a5b7c9d-opens-nothing"
FAKE_SIGNATURE = "fa4e" * 16

STRATEGY = "MomentumStrategy"
CENT = Decimal("0.01")
COMMISSION = Decimal("0.005")  # per share
STARTING_CASH = Decimal("100000")
FAST, SLOW = 5, 20  # ticks in the two moving averages
BREAKER_LIMIT = Decimal("0.01")  # loss since the last high that stops trading
BREAKER_REST = 40  # ticks without trading after it tripped

log = logging.getLogger("bot.strategy")


def emit(event, level="info", **fields):
    """Print one trade event. Decimals become strings: a price is never a binary float."""
    record = {"event": event, "event_type": event, "level": level}
    for name, value in fields.items():
        record[name] = str(value) if isinstance(value, Decimal) else value
    now = datetime.now(timezone.utc)
    record["timestamp"] = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
    print(json.dumps(record))


def cents(value):
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


class FeedError(Exception):
    """The market data feed gave no quote."""


class Market:
    """Three random walks, one bad day, one missing quote."""

    def __init__(self, rng, ticks):
        self.rng = rng
        prices = {"AAPL": "150.00", "MSFT": "414.00", "NVDA": "96.00"}
        self.prices = {asset: Decimal(price) for asset, price in prices.items()}
        self.drift = {asset: 0.0 for asset in self.prices}
        self.crash_at = ticks * 3 // 5
        self.hiccup_at = ticks // 3
        self.now = 0

    def tick(self):
        self.now += 1
        for asset, price in self.prices.items():
            # Drift wanders slowly, which is what gives a momentum strategy something to follow.
            self.drift[asset] = 0.9 * self.drift[asset] + self.rng.gauss(0, 0.0004)
            step = self.drift[asset] + self.rng.gauss(0, 0.001)
            if self.now == self.crash_at:
                step = -0.04
            self.prices[asset] = cents(price * (1 + Decimal(str(round(step, 6)))))

    def quote(self, asset):
        if self.now == self.hiccup_at:
            raise FeedError(f"no quote for {asset} at tick {self.now}")
        return self.prices[asset]


class Broker:
    """Paper broker: fills in parts, refuses what the account cannot pay."""

    def __init__(self, rng):
        self.rng = rng
        self.cash = STARTING_CASH
        self.positions = {}
        self.count = 0

    def submit(self, asset, side, amount, price):
        self.count += 1
        order_id = f"order-{self.count:08d}"
        order = {"order_id": order_id, "asset": asset, "side": side}
        emit("order_submitted", **order, amount=str(amount), order_type="limit", limit_price=price,
             strategy=STRATEGY)
        if side == "buy" and price * amount > self.cash:
            emit("order_rejected", "warning", **order, amount=str(amount),
                 rejection_reason=f"insufficient funds: needs {price * amount}, has {self.cash}")
            return
        emit("order_accepted", **order, broker_order_id=f"paper-{28450 + self.count}")
        self.fill(order, amount, price)

    def fill(self, order, amount, price):
        remaining = amount
        while remaining:
            part = min(remaining, self.rng.choice([40, 60, 100]))
            remaining -= part
            improvement = CENT * self.rng.randrange(0, 3)
            sign = 1 if order["side"] == "buy" else -1
            fill_price = price - sign * improvement
            commission = COMMISSION * part
            self.cash -= sign * fill_price * part + commission
            asset = order["asset"]
            self.positions[asset] = self.positions.get(asset, 0) + sign * part
            emit("order_partially_filled" if remaining else "order_filled", **order,
                 fill_price=fill_price, filled_amount=str(part), remaining_amount=str(remaining),
                 commission=commission)

    def equity(self, prices):
        return self.cash + sum(prices[asset] * held for asset, held in self.positions.items())


class Bot:
    def __init__(self, market, broker):
        self.market = market
        self.broker = broker
        self.history = {asset: deque(maxlen=SLOW) for asset in market.prices}
        self.high = STARTING_CASH
        self.resting = 0

    def on_tick(self):
        self.market.tick()
        if self.breaker_open():
            return
        for asset, history in self.history.items():
            try:
                history.append(self.market.quote(asset))
            except FeedError:
                log.exception("market data hiccup, skipping this tick")
                return
            if len(history) == SLOW:
                self.decide(asset, history)

    def decide(self, asset, history):
        fast = sum(list(history)[-FAST:]) / FAST
        slow = sum(history) / SLOW
        held = self.broker.positions.get(asset, 0)
        price = history[-1]
        if fast > slow * Decimal("1.002") and not held:
            # Now and then it wants more than it can pay for, and the broker says no.
            self.trade(asset, "buy", self.broker.rng.choice([100, 150, 200, 900]), price)
        elif fast < slow * Decimal("0.999") and held:
            self.trade(asset, "sell", held, price)

    def trade(self, asset, side, amount, price):
        emit("trading_decision", signal_type=side, asset=asset, amount=str(amount),
             limit_price=price, strategy_class=STRATEGY)
        log.info("%s %d %s @ %s", side.upper(), amount, asset, price)
        self.broker.submit(asset, side, amount, price)

    def breaker_open(self):
        """True while the circuit breaker keeps the bot from trading."""
        equity = self.broker.equity(self.market.prices)
        if self.resting:
            self.resting -= 1
            if self.resting == 0:
                self.high = equity
                emit("circuit_breaker_reset", breaker_type="daily_loss", equity=cents(equity))
            return self.resting > 0
        self.high = max(self.high, equity)
        loss = 1 - equity / self.high
        if loss < BREAKER_LIMIT:
            return False
        self.resting = BREAKER_REST
        emit("circuit_breaker_tripped", "critical", breaker_type="daily_loss",
             loss=loss.quantize(Decimal("0.0001")), limit=BREAKER_LIMIT, equity=cents(equity))
        log.critical("circuit breaker tripped: down %.2f%%, no orders for a while", loss * 100)
        return True


def leak_a_key():
    """What ccxt prints with `exchange.verbose = True`: the key and the signature of a request."""
    headers = {"X-MBX-APIKEY": FAKE_KEY, "User-Agent": "examples/bot.py", "Accept": "*/*"}
    url = f"https://api.example.test/api/v3/account?recvWindow=10000&signature={FAKE_SIGNATURE}"
    print(f"\nfetch Request: binance GET {url} RequestHeaders: {headers} RequestBody: None")
    print(f"login ok api_key={FAKE_KEY}")


def main():
    parser = argparse.ArgumentParser(description="A small trading bot on a simulated market.")
    parser.add_argument("--ticks", type=int, default=300, help="how long to trade (300)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed trades the same (7)")
    parser.add_argument("--delay", type=float, default=0.01, help="seconds between ticks (0.01)")
    options = parser.parse_args()

    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr,
        format="%(asctime)s - %(name)s - %(levelname)s - %(message)s")
    rng = random.Random(options.seed)
    bot = Bot(Market(rng, options.ticks), Broker(rng))

    emit("system_startup", version="1.0", strategy_class=STRATEGY, broker="PaperBroker",
         seed=options.seed, ticks=options.ticks)
    log.info("trading %s for %d ticks", ", ".join(bot.market.prices), options.ticks)
    leak_a_key()
    try:
        for _ in range(options.ticks):
            bot.on_tick()
            time.sleep(options.delay)
    except KeyboardInterrupt:
        log.warning("interrupted, stopping")
    equity = cents(bot.broker.equity(bot.market.prices))
    emit("system_shutdown", orders=bot.broker.count, equity=equity)
    log.info("done: %d orders, equity %s", bot.broker.count, equity)


if __name__ == "__main__":
    main()
