"""The servers that the bench compares, each a few lines on the library of its name.

A module has a coroutine function ``start(job)`` that returns a server, which is to be kept, and
its port. Each server does the job as the documentation of its library shows it, with the limits
and the keepalive that come by default.

Leaves out the end: the process is killed.
"""
