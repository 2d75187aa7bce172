// SPDX-License-Identifier: Apache-2.0

@main
struct DaybookCommand {
    static func main() {}
}
