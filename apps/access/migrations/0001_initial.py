import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('ledger', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='UTC.', verbose_name='created at')),
                ('kind', models.CharField(choices=[('case', 'a case'), ('call', 'an active call for service'), ('registration_review', 'review of a registration'), ('records_duty', 'a records duty')], max_length=20, verbose_name='kind')),
                ('access', models.CharField(choices=[('partner_map', 'cameras on the partner map'), ('registrations', 'registrations under review'), ('owner_entry', 'cameras entered for their owners'), ('request_cameras', 'the cameras of a request'), ('footage', 'footage'), ('witness_contact', 'who gave a video')], help_text='Another kind of access asks again.', max_length=20, verbose_name='opens')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('ends_at', models.DateTimeField(help_text='UTC.', verbose_name='ends at')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='agency')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.case', verbose_name='case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'purpose',
            },
        ),
        migrations.CreateModel(
            name='AccessEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(max_length=32, verbose_name='subject')),
                ('subject_id', models.UUIDField(verbose_name='subject id')),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry')),
                ('purpose', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.purpose')),
            ],
            options={
                'verbose_name': 'access',
                'verbose_name_plural': 'accesses',
            },
        ),
        migrations.AddConstraint(
            model_name='purpose',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'case'), _negated=True), ('case__isnull', False), _connector='OR'), name='purpose_case_has_case'),
        ),
        migrations.AddConstraint(
            model_name='accessevent',
            constraint=models.UniqueConstraint(fields=('subject_kind', 'subject_id', 'entry'), name='access_event_once'),
        ),
    ]
