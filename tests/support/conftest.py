collect_ignore = [
    "lite",
    "kill_refresh.py",
    "no_network.py",
    "office_driver.py",
    "windows",
]  # for other Pythons, or run as programs
