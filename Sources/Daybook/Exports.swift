// SPDX-License-Identifier: Apache-2.0

// Events, levels, decimals and instants are part of what an app sees: `import Daybook` is enough.
@_exported public import Records
