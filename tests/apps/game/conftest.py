"""Property tests draw the same games in every run, and may take their time on a busy machine."""

from hypothesis import settings

settings.register_profile("wsdemo", derandomize=True, deadline=None)
settings.load_profile("wsdemo")
