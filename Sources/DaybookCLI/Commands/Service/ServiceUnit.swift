// SPDX-License-Identifier: Apache-2.0

import Clearing

/// The systemd unit of the daemon: a user of its own, and no right that it does not need.
struct ServiceUnit: Hashable {
    /// The name of the unit, of its user and of its directory under /run.
    static let name = "daybook"

    /// `daybook`, with `daybookd` beside it: a whole path.
    var program: String
    var logs: String
    var keys: String
    /// The user that it runs as.
    var user: String
    /// The file of the credential that guards the vault's keys; nil where a file guards them.
    var credential: String?
    /// Directories with log files that it follows, read only.
    var readable: [String] = []

    /// The text of the unit.
    var text: String {
        """
        [Unit]
        Description=Daybook: records of \(Schedule.systemd(logs, isQuoted: false))
        Documentation=man:daybook(1)
        After=network-online.target time-sync.target
        Wants=network-online.target

        [Service]
        Type=exec
        User=\(user)
        Group=\(user)
        UMask=0077
        ExecStart=\(words)
        ExecReload=/bin/kill -HUP $MAINPID
        Restart=on-failure
        RestartSec=1
        # It syncs and signs what it took within ten seconds.
        TimeoutStopSec=15
        RuntimeDirectory=\(Self.name)
        RuntimeDirectoryMode=0755
        Environment=DAYBOOK_SERVER_CONTROL=/run/\(Self.name)/control
        \(credentialLine)\(pathLines)
        # Nothing of it in a core file, and nothing that it may do besides.
        LimitCORE=0
        LimitNOFILE=65536
        NoNewPrivileges=yes
        CapabilityBoundingSet=
        AmbientCapabilities=
        ProtectSystem=strict
        ProtectHome=read-only
        PrivateTmp=yes
        PrivateDevices=yes
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        RemoveIPC=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallErrorNumber=EPERM

        [Install]
        WantedBy=multi-user.target

        """
    }

    private var words: String {
        [program, "serve", "--dir", logs, "--keys", keys].map { Schedule.systemd($0) }
            .joined(separator: " ")
    }

    private var credentialLine: String {
        credential.map {
            "LoadCredentialEncrypted=daybook-vault:\(Schedule.systemd($0, isQuoted: false))\n"
        } ?? ""
    }

    private var pathLines: String {
        let written = [logs, keys].map { Schedule.systemd($0) }.joined(separator: " ")
        let read = readable.map { Schedule.systemd($0) }.joined(separator: " ")
        return "ReadWritePaths=\(written)\n" + (read.isEmpty ? "" : "ReadOnlyPaths=\(read)\n")
    }
}
