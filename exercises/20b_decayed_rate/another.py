import math


def decayed_rate(step, initial, decay_steps, decay_rate, staircase):
    periods = step / decay_steps
    if staircase:
        periods = math.floor(periods)
    return initial * math.exp(periods * math.log(decay_rate))
