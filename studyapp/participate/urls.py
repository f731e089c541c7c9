"""Addresses of the participants' side. They are short, and say nothing of arms or items."""

from django.urls import path

from studyapp.participate import views

urlpatterns = [
    path("s/<slug:slug>/", views.arrive, name="arrive"),
    path("p/<str:token>/", views.walk, name="walk"),
    path("p/<str:token>/leave/", views.leave, name="leave"),
    path("preview/<slug:slug>/", views.preview, name="preview"),
    path("i/<slug:slug>/<str:name>", views.stimulus, name="stimulus"),
]
