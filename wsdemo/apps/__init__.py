"""What people build on a server: so far the two that need no page.

`wsdemo.apps.pong` is the program that the course began with; `wsdemo.apps.echo` sends back what it
gets. Leaves out chat, game and feed, which are to come.
"""
