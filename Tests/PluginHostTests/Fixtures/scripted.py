"""A plugin that does what it is told, right or wrong: the host's tests put an interpreter's path above this text.

How it starts is the setting `start`; what an action does is its input `how`.
"""
import json
import os
import signal
import subprocess
import sys
import time


def write(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def log(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def answer(identity, outcome, detail):
    write({"jsonrpc": "2.0", "id": identity, "result": {"outcome": outcome, "detail": detail}})


def hang():
    while True:
        time.sleep(1000)


def initialize(identity, parameters):
    global settings, secrets, folder
    settings, secrets, folder = parameters["settings"], parameters["secrets"], parameters["folder"]
    start = settings.get("start", "")
    actions = ["do", "once"]
    protocol = 1
    if os.path.exists("start"):  # lets a test repair or break a plugin while the host runs
        start = open("start").read()
    if start == "silent":
        log("I say nothing")
        hang()
    if start == "die":
        log("I cannot live")
        sys.exit(3)
    if start == "refuse":
        write({"jsonrpc": "2.0", "id": identity, "error": {"code": -32000, "message": "the door is painted on"}})
        return
    if start == "future":
        protocol = 99
    if start == "poor":
        actions = ["do"]
    write({"jsonrpc": "2.0", "id": identity, "result": {"protocol": protocol, "actions": actions}})
    if start == "emit":
        for number in range(settings["events"]):
            emit(f"e{number}", settings["event"], {"number": number})


def emit(identity, event, data):
    write({"jsonrpc": "2.0", "id": identity, "method": "event/emit",
           "params": {"event": event, "key": identity, "data": data}})


def execute(identity, parameters):
    how, key = parameters["input"]["how"], parameters["key"]
    if how == "deliver":
        answer(identity, "delivered", f"reçu {key}")
    elif how == "fail-temporarily":
        answer(identity, "failed-temporarily", "the bridge is up")
    elif how == "fail-permanently":
        answer(identity, "failed-permanently", "there is no bridge")
    elif how == "refuse":
        write({"jsonrpc": "2.0", "id": identity, "error": {"code": -32602, "message": "not like this"}})
    elif how == "hang":
        log("hanging")
        hang()
    elif how == "hold":  # answered by "release", or by cancel
        held.append(identity)
        log(f"holding {key}")
    elif how == "release":
        for other in held:
            answer(other, "delivered", "released")
        held.clear()
        answer(identity, "delivered", "all released")
    elif how == "die":
        log("my heart")
        sys.exit(3)
    elif how == "killed":
        os.kill(os.getpid(), 9)
    elif how == "bequeath":  # a child outside the group keeps all pipes open for longer than the test may take
        subprocess.Popen(["/bin/sleep", "150"], start_new_session=True)
        os._exit(4)
    elif how == "mute":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.close(1)
        hang()
    elif how == "garbage":
        print("hello \x1b[31mworld", flush=True)
    elif how == "wrong-id":
        answer(999, "delivered", "for somebody else")
    elif how == "twice":
        answer(identity, "delivered", "once")
        answer(identity, "delivered", "twice")
    elif how == "half":
        write({"jsonrpc": "2.0", "id": identity, "result": {"outcome": "perhaps"}})
    elif how == "flood":
        while True:
            write({"jsonrpc": "2.0", "id": "x", "method": "event/emit", "params": {}})
    elif how == "endless":
        while True:
            sys.stdout.write("x" * 65536)
    elif how == "shout":
        while True:
            sys.stderr.write("x" * 65536)
    elif how == "hog":
        hoard = bytearray(1 << 30)
        answer(identity, "delivered", f"I hold {len(hoard)} bytes")
    elif how == "chatter":
        for number in range(100000):
            sys.stderr.write(f"line {number}\n")
        sys.stderr.flush()
        answer(identity, "delivered", "said")
    elif how in ("family", "orphan"):
        # A child that keeps the pipe open for as long as it lives, which is longer than the test.
        subprocess.Popen(["/bin/sleep", "1000"], stdin=subprocess.DEVNULL, stdout=open("family", "w"))
        if how == "orphan":
            os._exit(4)
        log("family founded")
        hang()
    elif how == "deaf":
        log("deaf")
        emit("hear-me", "unknown", {})
        while True:
            emit("hear-me", "unknown", {})
            time.sleep(0.001)
    elif how == "environment":
        known = {"PATH", "LANG", "JALON_PLUGIN_NAME", "LC_CTYPE"}  # Python itself adds LC_CTYPE
        answer(identity, "delivered", json.dumps({
            "strangers": sorted(set(os.environ) - known), "name": os.environ["JALON_PLUGIN_NAME"],
            "line": open("/proc/self/cmdline").read().count(secrets["token"]), "token": secrets["token"],
            "folder": os.getcwd() == folder, "leader": os.getpgrp() == os.getpid(),
        }, sort_keys=True))
    else:
        answer(identity, "failed-permanently", f"I do not know how to {how}")


held = []
for line in sys.stdin:
    message = json.loads(line)
    method = message.get("method")
    if method == "initialize":
        initialize(message["id"], message["params"])
    elif method == "action/execute":
        execute(message["id"], message["params"])
    elif method == "cancel":
        log("cancelled")
        if message["params"]["id"] in held:
            held.remove(message["params"]["id"])
            answer(message["params"]["id"], "failed-temporarily", "cancelled")
    elif method == "shutdown":
        log("asked to stop")
        if settings.get("start") == "stubborn":
            hang()
        for other in held:
            answer(other, "delivered", "finished before the end")
        log("goodbye")
        sys.exit(0)
    elif "error" in message:
        log(f"refused {message['id']}: {message['error']['message']}")
    elif "result" in message:
        log(f"accepted {message['id']}")
