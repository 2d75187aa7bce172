// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The entry point of the fuzz target: libFuzzer, with the target's LLVMFuzzerTestOneInput.
/// FUZZ_MAIN is the name that the package manager gives it: `NoteFuzz_main` for NoteFuzz.
#ifdef FUZZ_MAIN
int FUZZ_MAIN(int argc, char **argv);
#endif
