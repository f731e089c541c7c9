"""Maps of given values with a given power spectrum."""

import numpy as np


def arranged(values: np.ndarray, amplitudes: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """The values of a map (H, W) where one of these Fourier amplitudes and phases (H, W) has its lowest to highest."""
    smooth = np.fft.ifft2(amplitudes * np.exp(1j * phases)).real.round(12)  # ties fall alike on every machine
    found = np.empty_like(values)
    found.flat[np.argsort(smooth, axis=None, kind="stable")] = np.sort(values, axis=None)
    return found


def phases_of(values: np.ndarray) -> np.ndarray:
    """Phases (H, W) of a map's two-dimensional Fourier transform, in radians."""
    return np.angle(np.fft.fft2(values))
