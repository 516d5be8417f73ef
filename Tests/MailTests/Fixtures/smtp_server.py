"""A mail server for the tests: tells its port, then each message it gets, as one line of JSON on standard output.

usage: smtp_server.py [--starttls CERT KEY | --tls CERT KEY] [--login USER PASSWORD]
It ends when its standard input does.
"""
import argparse
import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument("--starttls", nargs=2)
parser.add_argument("--tls", nargs=2)
parser.add_argument("--login", nargs=2)
arguments = parser.parse_args()


def say(message):
    print(json.dumps(message), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown@"):
            return "550 5.1.1 No such mailbox here"
        if address.startswith("busy@"):
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_content().replace("\r\n", "\n")
        if "refuse this" in body:
            return "554 5.7.1 Content refused"
        if "later please" in body:
            return "452 4.3.1 Disk full"
        say({
            "sender": envelope.mail_from, "recipients": envelope.rcpt_tos, "subject": message["subject"],
            "to": message["to"], "from": message["from"], "date": message["date"], "id": message["message-id"],
            "references": message["references"] or "", "reply": message["in-reply-to"] or "",
            "auto": message["auto-submitted"], "body": body, "encrypted": session.ssl is not None,
            "login": session.auth_data or "", "raw": envelope.content.decode("ascii"),
        })
        return "250 2.0.0 Kept as number 42"


def authenticate(server, session, envelope, mechanism, data):
    user, password = data.login.decode(), data.password.decode()
    return AuthResult(success=[user, password] == arguments.login, handled=False, auth_data=user)


def context(files):
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(*files)
    return made


def session():
    return SMTP(
        Handler(), hostname="mail.test", enable_SMTPUTF8=False,
        tls_context=context(arguments.starttls) if arguments.starttls else None,
        require_starttls=bool(arguments.starttls),
        authenticator=authenticate if arguments.login else None, auth_required=bool(arguments.login),
        auth_require_tls=bool(arguments.starttls))


async def main():
    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", 0, ssl=context(arguments.tls) if arguments.tls else None)
    say({"port": server.sockets[0].getsockname()[1]})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
