"""Exercises: functions that a learner writes, and the verdicts on them.

``exercise`` says what an exercise is, ``loading`` reads one from its folder, ``runner`` runs code of strangers in a
sandbox, ``verdicts`` compares what it returned with what is right and with what each known bug returns.
"""
