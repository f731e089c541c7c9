"""The two sides of the server: participants' and researchers'."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console"), name="home"),
    path("", include("studyapp.participate.urls")),
    path("console/", include("studyapp.console.urls")),
]
