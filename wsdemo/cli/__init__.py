"""The same things from a terminal: `wsdemo lab` opens the course, `wsdemo doctor` looks for faults.

A fault that the person at the terminal can mend is one line and an exit code, never a traceback.

Leaves out what the commands do: each has a module of its own beside this file.
"""

import sys

__all__ = ["main"]

INTERRUPTED = 130  # what a shell makes of a program that SIGINT has ended


def main() -> None:
    """Run the command that the command line names."""
    try:
        from wsdemo.cli.commands import app
        from wsdemo.errors import WsdemoError

        try:
            app()
        except (OSError, WsdemoError) as error:
            sys.exit(f"wsdemo: {error}")
    except KeyboardInterrupt:  # while all of that was still being imported
        sys.exit(INTERRUPTED)
