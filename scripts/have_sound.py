"""Say whether FluidSynth's library is on this machine; exit status 1 when it is not."""

import sys
from ctypes.util import find_library

if not (find_library("fluidsynth") or find_library("libfluidsynth-3")):
    sys.exit(
        "Without FluidSynth's library there is no sound: install it "
        "(macOS: “brew install fluid-synth”) and try again."
    )
