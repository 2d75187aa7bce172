// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The verdict is no: the command has said so already.
func verdictIsNo() -> ExitCode { ExitCode(1) }
