// SPDX-License-Identifier: Apache-2.0
//
// daybook.h for C++17: a book that closes itself, errors as exceptions where a caller can do
// something about them, and fields from what C++ has. Header-only; copies nothing and allocates
// nothing on the way to daybook_record.
#pragma once

#include <daybook.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace daybook_cpp {

enum class Level : int {
    of_kind = DAYBOOK_LEVEL_OF_KIND,
    debug = DAYBOOK_DEBUG,
    info = DAYBOOK_INFO,
    warning = DAYBOOK_WARNING,
    error = DAYBOOK_ERROR,
    critical = DAYBOOK_CRITICAL,
};

enum class Durability : int {
    queued = DAYBOOK_QUEUED,
    written = DAYBOOK_WRITTEN,
    synced = DAYBOOK_SYNCED,
};

/// What a call refused, with its status; what() says what, where and what to do.
class Error : public std::runtime_error {
public:
    explicit Error(int status) : std::runtime_error(daybook_last_error()), status_(status) {}
    int status() const noexcept { return status_; }

private:
    int status_;
};

/// A number in digits: exact, where a double is not.
struct Decimal {
    std::string_view digits;
};

/// A name and a value; both must live until the call that takes the field returns.
struct Field : daybook_field {
    Field(std::string_view name, std::string_view text) noexcept
        : daybook_field(of(name, DAYBOOK_TEXT)) {
        value.text.bytes = text.data();
        value.text.length = text.size();
    }
    Field(std::string_view name, const char *text) noexcept : Field(name, std::string_view(text)) {}
    Field(std::string_view name, const std::string &text) noexcept
        : Field(name, std::string_view(text)) {}
    Field(std::string_view name, Decimal number) noexcept : Field(name, number.digits) {
        tag = DAYBOOK_DECIMAL;
    }
    Field(std::string_view name, bool is) noexcept : daybook_field(of(name, DAYBOOK_BOOL)) {
        value.integer = is;
    }
    Field(std::string_view name, std::int64_t number) noexcept
        : daybook_field(of(name, DAYBOOK_INTEGER)) {
        value.integer = number;
    }
    Field(std::string_view name, int number) noexcept : Field(name, std::int64_t{number}) {}
    Field(std::string_view name, std::nullptr_t) noexcept : daybook_field(of(name, DAYBOOK_NULL)) {}
    Field(std::string_view name, std::chrono::system_clock::time_point instant) noexcept
        : daybook_field(of(name, DAYBOOK_TIMESTAMP)) {
        value.integer = std::chrono::nanoseconds(instant.time_since_epoch()).count();
    }
    /// A double is no price: 0.1 has no double. Give a Decimal, or round to an integer yourself.
    Field(std::string_view name, double number) = delete;

private:
    static daybook_field of(std::string_view name, std::uint32_t tag) noexcept {
        daybook_field field{};
        field.name = name.data();
        field.name_length = name.size();
        field.tag = tag;
        return field;
    }
};
static_assert(sizeof(Field) == sizeof(daybook_field), "fields are passed as they are");

using Fields = std::initializer_list<Field>;

/// The books of a directory. Safe to use from many threads; closes itself.
class Book {
public:
    /// Throws Error.
    explicit Book(const std::string &directory, Level least = Level::debug) {
        daybook_options options;
        daybook_options_init(&options);
        options.level = static_cast<int>(least);
        if (int status = daybook_open(directory.c_str(), &options, &handle_)) throw Error(status);
    }
    Book(Book &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Book &operator=(Book &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    Book(const Book &) = delete;
    Book &operator=(const Book &) = delete;
    /// What goes wrong here nobody can be told: close() tells.
    ~Book() { daybook_close(handle_); }

    /// Queues an event. Never throws; the status says whether it was taken, and is counted in the
    /// book where it was not.
    int record(const char *kind, Fields fields, Level level = Level::of_kind) noexcept {
        return daybook_record(handle_, kind, static_cast<int>(level), fields.begin(),
                              fields.size());
    }

    /// Records an event and waits. Returns its index; throws Error.
    std::uint64_t append(const char *kind, Fields fields, Level level = Level::of_kind,
                         Durability durability = Durability::written) {
        std::uint64_t index = 0;
        check(daybook_append(handle_, kind, static_cast<int>(level), fields.begin(), fields.size(),
                             static_cast<int>(durability), &index));
        return index;
    }

    void flush(Durability durability = Durability::synced) {
        check(daybook_flush(handle_, static_cast<int>(durability)));
    }
    void close() { check(daybook_close(std::exchange(handle_, nullptr))); }
    bool enabled(Level level) const noexcept {
        return daybook_enabled(handle_, static_cast<int>(level)) != 0;
    }
    std::uint64_t pending() const noexcept { return daybook_pending(handle_); }

private:
    static void check(int status) {
        if (status != DAYBOOK_OK) throw Error(status);
    }
    daybook *handle_ = nullptr;
};

}  // namespace daybook_cpp
