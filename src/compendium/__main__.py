import sys

from compendium.cli.main import main

sys.exit(main())
