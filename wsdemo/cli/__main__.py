"""What `python -m wsdemo.cli` runs; the script `wsdemo` runs the same."""

from wsdemo.cli import main

main()
