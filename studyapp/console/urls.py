"""Addresses of the researcher's side."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from studyapp.console import views

urlpatterns = [
    path("", views.console, name="console"),
    path("login/", views.Login.as_view(), name="console-login"),
    path("logout/", LogoutView.as_view(), name="console-logout"),
    path("monitor/<slug:slug>/", views.monitor, name="monitor"),
    path("monitor/<slug:slug>/pause/", views.pause, name="study-pause"),
    path("monitor/<slug:slug>/resume/", views.resume, name="study-resume"),
    path("monitor/<slug:slug>/close/", views.close, name="study-close"),
    path("protocol/<slug:slug>/", views.protocol, name="protocol"),
    path("protocol/<slug:slug>/<int:number>.json", views.protocol_json, name="protocol-json"),
    path("report/<slug:slug>/", views.report, name="report"),
    path("report/<slug:slug>/report.html", views.report_file, name="report-file"),
]
