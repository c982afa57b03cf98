"""The consent texts in Arabic, short: enough to see a form from right to left."""

from service.consents.texts import Template

ARABIC = """# إذن بالمشاركة في حلقة نقاش طلابية

**الطالب:** {{student_name}}، {{school_name}}
**اللقاء:** {{convening_name}}، {{event_dates}}، {{place}}
**الرجاء الرد قبل:** {{deadline}}

## ما هذا
ندعو ابنكم إلى التحدث في حلقة «{{panel_title}}». المواضيع: {{topics}}. التسجيل: {{recording}}.

## ما نحفظه
تعطي المدرسة {{organizer_name}} {{records}}، فقط {{purpose}}.

**أسئلة؟** {{contact_name}}، {{contact_phone}}، {{contact_email}}
"""
ARABIC_NOTICE = """# قبل التوقيع على الإنترنت

- **الورق مقبول.** اطلبوه من {{contact_name}}، {{contact_phone}}، {{contact_email}}.
- **النطاق.** نماذج {{convening_name}} فقط.
"""
IN_ARABIC: dict[Template, str] = {"panelist": ARABIC, "esign": ARABIC_NOTICE}
