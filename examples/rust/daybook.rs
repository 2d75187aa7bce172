// SPDX-License-Identifier: Apache-2.0
//
//! daybook.h for Rust: `extern "C"` and a safe wrapper over it, with nothing but `std`. Include it as a
//! module, and link with `-l daybook`.
//!
//! A `Book` may be shared among threads. What a call is given is copied before it returns.

use std::ffi::{c_char, c_int, CStr, CString};
use std::fmt;
use std::marker::PhantomData;
use std::time::{SystemTime, UNIX_EPOCH};

mod sys {
    use super::{c_char, c_int};

    #[repr(C)]
    pub struct Daybook {
        _private: [u8; 0],
    }

    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct Text {
        pub bytes: *const c_char,
        pub length: usize,
    }

    #[repr(C)]
    #[derive(Clone, Copy)]
    pub union Value {
        pub text: Text,
        pub integer: i64,
    }

    #[repr(C)]
    pub struct Field {
        pub name: *const c_char,
        pub name_length: usize,
        pub tag: u32,
        pub reserved: u32,
        pub value: Value,
    }

    #[repr(C)]
    pub struct Options {
        pub size: u32,
        pub abi: u32,
        pub keys: *const c_char,
        pub audit_file: *const c_char,
        pub level: i32,
        pub reserved: u32,
    }

    extern "C" {
        pub fn daybook_open(
            directory: *const c_char,
            options: *const Options,
            handle: *mut *mut Daybook,
        ) -> c_int;
        pub fn daybook_record(
            handle: *mut Daybook,
            kind: *const c_char,
            level: c_int,
            fields: *const Field,
            count: usize,
        ) -> c_int;
        pub fn daybook_append(
            handle: *mut Daybook,
            kind: *const c_char,
            level: c_int,
            fields: *const Field,
            count: usize,
            durability: c_int,
            index: *mut u64,
        ) -> c_int;
        pub fn daybook_flush(handle: *mut Daybook, durability: c_int) -> c_int;
        pub fn daybook_pending(handle: *const Daybook) -> u64;
        pub fn daybook_close(handle: *mut Daybook) -> c_int;
        pub fn daybook_last_error() -> *const c_char;
    }
}

/// The version of daybook.h that this file follows.
const ABI: u32 = 1;

#[derive(Clone, Copy)]
pub enum Level {
    OfKind = -1,
    Debug = 0,
    Info = 1,
    Warning = 2,
    Error = 3,
    Critical = 4,
}

#[derive(Clone, Copy)]
pub enum Durability {
    Queued = 0,
    Written = 1,
    Synced = 2,
}

/// What a call refused: its status, and what to do about it.
#[derive(Debug)]
pub struct Error {
    pub status: i32,
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

fn check(status: c_int) -> Result<(), Error> {
    if status == 0 {
        return Ok(());
    }
    // SAFETY: never null, ends at a NUL, and valid until this thread's next call that fails.
    let message = unsafe { CStr::from_ptr(sys::daybook_last_error()) };
    Err(Error {
        status,
        message: message.to_string_lossy().into_owned(),
    })
}

/// A name and a value, borrowed from the caller for the call.
#[repr(transparent)]
pub struct Field<'a> {
    raw: sys::Field,
    borrowed: PhantomData<&'a str>,
}

impl<'a> Field<'a> {
    fn new(name: &'a str, tag: u32, value: sys::Value) -> Self {
        let raw = sys::Field {
            name: name.as_ptr().cast(),
            name_length: name.len(),
            tag,
            reserved: 0,
            value,
        };
        Field {
            raw,
            borrowed: PhantomData,
        }
    }

    fn with_text(name: &'a str, tag: u32, text: &'a str) -> Self {
        let text = sys::Text {
            bytes: text.as_ptr().cast(),
            length: text.len(),
        };
        Self::new(name, tag, sys::Value { text })
    }

    pub fn null(name: &'a str) -> Self {
        Self::new(name, 0, sys::Value { integer: 0 })
    }

    pub fn text(name: &'a str, text: &'a str) -> Self {
        Self::with_text(name, 1, text)
    }

    /// A number in digits: exact, where a float is not.
    pub fn decimal(name: &'a str, digits: &'a str) -> Self {
        Self::with_text(name, 2, digits)
    }

    pub fn integer(name: &'a str, integer: i64) -> Self {
        Self::new(name, 3, sys::Value { integer })
    }

    pub fn bool(name: &'a str, is: bool) -> Self {
        Self::new(name, 4, sys::Value { integer: is.into() })
    }

    pub fn timestamp(name: &'a str, instant: SystemTime) -> Self {
        let integer = match instant.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_nanos()).unwrap_or(i64::MAX),
        };
        Self::new(name, 5, sys::Value { integer })
    }
}

/// The books of a directory, open for appending; closes itself.
pub struct Book {
    handle: *mut sys::Daybook,
}

// SAFETY: daybook.h: every call may be made from any thread, at the same time as any other.
unsafe impl Send for Book {}
unsafe impl Sync for Book {}

impl Book {
    pub fn open(directory: &str, least: Level) -> Result<Book, Error> {
        let directory = name(directory)?;
        let options = sys::Options {
            size: std::mem::size_of::<sys::Options>() as u32,
            abi: ABI,
            keys: std::ptr::null(),
            audit_file: std::ptr::null(),
            level: (least as i32).max(0),
            reserved: 0,
        };
        let mut handle = std::ptr::null_mut();
        // SAFETY: all three outlive the call.
        check(unsafe { sys::daybook_open(directory.as_ptr(), &options, &mut handle) })?;
        Ok(Book { handle })
    }

    /// Queues an event and returns; waits for nothing but room.
    pub fn record(&self, kind: &CStr, level: Level, fields: &[Field<'_>]) -> Result<(), Error> {
        // SAFETY: Field is transparent, and the borrowed texts outlive the call, which copies them.
        check(unsafe {
            sys::daybook_record(
                self.handle,
                kind.as_ptr(),
                level as c_int,
                fields.as_ptr().cast(),
                fields.len(),
            )
        })
    }

    /// Records an event, waits, and returns where it stands.
    pub fn append(
        &self,
        kind: &CStr,
        level: Level,
        fields: &[Field<'_>],
        durability: Durability,
    ) -> Result<u64, Error> {
        let mut index = 0;
        // SAFETY: as in record.
        check(unsafe {
            sys::daybook_append(
                self.handle,
                kind.as_ptr(),
                level as c_int,
                fields.as_ptr().cast(),
                fields.len(),
                durability as c_int,
                &mut index,
            )
        })?;
        Ok(index)
    }

    pub fn flush(&self, durability: Durability) -> Result<(), Error> {
        // SAFETY: the handle is valid until the process ends.
        check(unsafe { sys::daybook_flush(self.handle, durability as c_int) })
    }

    /// Bytes that are not yet with the operating system.
    pub fn pending(&self) -> u64 {
        // SAFETY: as in flush.
        unsafe { sys::daybook_pending(self.handle) }
    }

    /// Writes what is queued, and tells what kept it from the disk, which dropping cannot.
    pub fn close(self) -> Result<(), Error> {
        // SAFETY: as in flush; closing again, when self is dropped, does nothing.
        check(unsafe { sys::daybook_close(self.handle) })
    }
}

impl Drop for Book {
    fn drop(&mut self) {
        // SAFETY: as in flush.
        unsafe { sys::daybook_close(self.handle) };
    }
}

fn name(text: &str) -> Result<CString, Error> {
    CString::new(text).map_err(|_| Error {
        status: 1,
        message: "a NUL in a name is not possible".into(),
    })
}
