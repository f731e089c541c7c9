"""Addresses of the participants' side. They are short, and say nothing of arms or items."""

from django.urls import path, re_path

from studyapp.participate import views

TOKEN = r"(?P<token>[A-Za-z0-9_-]{1,40})"

urlpatterns = [
    path("s/<slug:slug>/", views.arrive, name="arrive"),
    re_path(rf"^p/{TOKEN}/$", views.walk, name="walk"),
    re_path(rf"^p/{TOKEN}/leave/$", views.leave, name="leave"),
    path("preview/<slug:slug>/", views.preview, name="preview"),
    path("i/<slug:slug>/<str:name>", views.stimulus, name="stimulus"),
]
