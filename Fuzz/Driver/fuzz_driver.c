// SPDX-License-Identifier: Apache-2.0
//
// The package manager gives every executable an entry point of its own name; libFuzzer's `main` is
// not asked. So this file has the one asked for.

#include "fuzz_driver.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t count));

int FUZZ_MAIN(int argc, char **argv) {
    return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput);
}
