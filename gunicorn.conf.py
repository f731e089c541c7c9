"""Gunicorn's settings: `gunicorn` in the repository's root reads this file by itself. See docs/hosting.md."""

from __future__ import annotations

import os

wsgi_app = "studyapp.wsgi"
bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"  # a slow phone's upload holds a thread, not a process
threads = int(os.environ.get("WEB_THREADS", "4"))
# Loading the application once and forking would share memory, but a reload would then keep the old code, and
# a database connection opened at start would be shared: not worth it at 60 MB a worker.
preload_app = False

timeout = 60
graceful_timeout = 30  # answers that are being stored are finished before a worker ends
keepalive = 15  # a participant thinks for seconds between two posts: the connection stays
max_requests = 20_000  # a leak, ours or a library's, never grows for weeks
max_requests_jitter = 2_000

control_socket_disable = True  # nobody needs to steer it but the system's own service manager

forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# A recruiter's link carries in its query string who the participant is: %(r)s, %(q)s and %(f)s are never
# logged. %(U)s is the path alone.
accesslog = "-"
errorlog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
