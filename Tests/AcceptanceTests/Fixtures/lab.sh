#!/bin/bash
# Run in a throw-away system with the units in place: says "ok NAME" or "FAILED NAME" for each thing looked at.
set -u
look() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >/tmp/look 2>&1; then echo "ok $name"; else echo "FAILED $name"; sed 's/^/    /' /tmp/look; fi
}
within() { # SECONDS COMMAND... : until it succeeds
    local end=$((SECONDS + $1))
    until "${@:2}" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}
has() { grep -q -- "$1" "$2"; }
says() { "${@:2}" 2>&1 | grep -q -- "$1"; }

ldconfig
systemd-sysusers
systemctl daemon-reload
systemctl start jalond.socket
look "the socket exists before the service" test -S /run/jalon/control.sock
look "the first call starts the service" jalonctl status
look "the service is active" systemctl is-active jalond
look "its status line says what is next" says 'nothing is due' systemctl show -p StatusText jalond
look "it runs as its own user" says '^jalon' stat -c %U "/proc/$(systemctl show -P MainPID jalond)"
look "a case starts" jalonctl start pulse --case p1 --party reader=lecteur@example.org
messages=/var/lib/jalon/plugins/journal/messages.txt
look "a due date reminds" within 20 has 'Deux secondes ont passé' "$messages"
look "journal entries carry fields" says 'JALON_VERSION' journalctl -u jalond -o json
before=$(jalonctl history p1 --json)
unchanged() { [ "$(jalonctl history p1 --json)" = "$before" ]; }
kill -KILL "$(systemctl show -P MainPID jalond)"
look "killed, it is started again and has lost nothing" within 20 unchanged
look "the restart is counted" says 1 systemctl show -P NRestarts jalond
look "no message is sent twice" test "$(grep -c 'Deux secondes ont passé' "$messages")" = 2
look "it reloads" systemctl reload jalond
look "a wrong workflow file is named after a reload" bash -c \
    'echo nonsense > /etc/jalon/workflows/wrong.yaml; systemctl reload jalond; jalonctl status | grep -q wrong.yaml'
look "somebody without a role may look" runuser -u nobody -g jalon -- jalonctl cases
look "somebody outside the group may not connect" bash -c '! runuser -u nobody -- jalonctl cases'
look "exposure is 1.5 or less" bash -c \
    'systemd-analyze security jalond --no-pager | tail -1 | grep -Eo "[0-9]+\.[0-9]" | awk "{ exit !(\$1 <= 1.5) }"'
started=$SECONDS
systemctl stop jalond.socket jalond
look "it stops in time" test $((SECONDS - started)) -lt 10
look "it stops cleanly" says success systemctl show -P Result jalond
