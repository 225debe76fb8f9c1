"""Allocate Order in Django REST Framework, on SQLite. Run it to create the database; `application` is the server."""

import json
import os
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="field",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "store.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},  # writers wait for each other
        },
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "rest_framework.authtoken"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.shortcuts import get_object_or_404  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Line(models.Model):
    uuid = models.UUIDField(primary_key=True)
    order_uuid = models.UUIDField(db_index=True)
    quantity_ordered = models.PositiveIntegerField()
    quantity_accepted = models.PositiveIntegerField(null=True)
    quantity_rejected = models.PositiveIntegerField(null=True)
    quantity_backordered = models.PositiveIntegerField(null=True)
    backorder_date = models.DateField(null=True)
    quantity_shipped = models.PositiveIntegerField(default=0)
    supplier_provided_sku_cost = models.DecimalField(max_digits=8, decimal_places=2, default="13.98")

    class Meta:
        app_label = "store"


class AllocationSerializer(serializers.Serializer):
    quantity_accepted = serializers.IntegerField(min_value=0)
    quantity_rejected = serializers.IntegerField(min_value=0)
    quantity_backordered = serializers.IntegerField(min_value=0)
    backorder_date = serializers.DateField(required=False, allow_null=True)


class OrderItemSerializer(serializers.Serializer):
    line_item_uuid = serializers.PrimaryKeyRelatedField(queryset=Line.objects.all())
    allocation = AllocationSerializer()

    def validate(self, item):
        if str(item["line_item_uuid"].order_uuid) != str(self.context["order_uuid"]):
            raise serializers.ValidationError("This line item belongs to another order.")
        wanted = item["allocation"]
        total = sum(wanted[f"quantity_{name}"] for name in ("accepted", "rejected", "backordered"))
        if total > item["line_item_uuid"].quantity_ordered:
            raise serializers.ValidationError("More than was ordered.")
        return item


class AllocateOrderSerializer(serializers.Serializer):
    line_items = OrderItemSerializer(many=True)


class LineSerializer(serializers.ModelSerializer):
    line_item_uuid = serializers.UUIDField(source="uuid")

    class Meta:
        model = Line
        fields = ["line_item_uuid", "quantity_shipped", "supplier_provided_sku_cost"]


class AllocateOrder(APIView):
    def put(self, request, order_uuid):
        get_object_or_404(Line.objects.filter(order_uuid=order_uuid)[:1])
        serializer = AllocateOrderSerializer(data=request.data, context={"order_uuid": order_uuid})
        serializer.is_valid(raise_exception=True)
        lines = []
        with transaction.atomic():
            for item in serializer.validated_data["line_items"]:
                line, wanted = item["line_item_uuid"], {"backorder_date": None, **item["allocation"]}
                for name, value in wanted.items():
                    setattr(line, name, value)
                line.save()
                lines.append(line)
        return Response({"line_items": LineSerializer(lines, many=True).data})


urlpatterns = [path("timp/orders/allocation/<uuid:order_uuid>/", AllocateOrder.as_view())]
application = get_wsgi_application()

if __name__ == "__main__":
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from rest_framework.authtoken.models import Token

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Line)
    for order in json.loads(Path(os.environ["FIELD_ORDERS"]).read_text("utf-8")):
        Line.objects.bulk_create([Line(order_uuid=order["uuid"], **line) for line in order["line_items"]])
    Token.objects.create(user=User.objects.create_user("supplier"), key=os.environ["FIELD_TOKEN"])
