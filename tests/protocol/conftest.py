"""Properties are tried on the same examples every time, however slow the machine is."""

from hypothesis import settings

# Whoever looks for new examples runs pytest with --hypothesis-profile=default.
settings.register_profile("wsdemo", derandomize=True, deadline=None)
settings.load_profile("wsdemo")
