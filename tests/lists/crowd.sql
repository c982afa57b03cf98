-- A network as it is after years, in the sizes that the function `size` gives: everything from numbers alone, so that it is
-- the same each time. Loaded by tests/lists/crowd.py with triggers and indexes at rest.

create function size(what text) returns int language sql immutable as $$ select (current_setting('crowd.size')::jsonb ->> what)::int $$;

create function moment() returns timestamptz language sql immutable as $$ select current_setting('crowd.now')::timestamptz $$;

create function made(kind text, n bigint) returns uuid language sql immutable parallel safe as $$ select md5(kind || n)::uuid $$;

create function of(kind text, n bigint, most int) returns uuid language sql immutable parallel safe as $$ select md5(kind || (1 + n % most))::uuid $$;

insert into district (id, code, name, state, time_zone)
select made('district', n), 'district-' || n,
       (array['Cedar Harbor', 'Río Verde', 'North Fork', 'Lake Union', 'Prairie View', 'St. Brendan', 'Big Sky', 'Old Mill'])[1 + n % 8]
         || ' ' || (array['Unified', 'City', 'County', 'Regional'])[1 + n / 8 % 4] || ' ' || n,
       (array['NY', 'WA', 'CA', 'TX'])[1 + n % 4], 'America/New_York' from generate_series(1, size('districts')) n;

insert into school (id, code, district_id, name)
select made('school', n), 'school-' || n, of('district', n, size('districts')),
       (array['Roosevelt', 'Douglass', 'Chávez', 'Jemison', 'Inouye'])[1 + n % 5] || ' School ' || n
  from generate_series(1, size('schools')) n;

-- Every 5,000th person has a name that nobody else has a part of: the needle of a search, as often at every size.
insert into person (id, code, name, email, title, district_id, dietary, access_needs, listed, email_listed, created_at)
select made('person', n), 'p' || n,
       case when n % size('apart') = 0 then 'Žofie Quibbleworth'
            else (array['Tamsin', 'Ignacio', 'Wren', 'Solveig', 'Desmond', 'Priya', 'José', 'Łucja', 'Øyvind', 'Zoë', 'Amara', 'Ling',
                  'Marisol', 'Dwayne', 'Keiko', 'Fatima', 'Rosalind', 'Teodor', 'Anneliese', 'Joanna'])[1 + n % 20]
                 || ' ' || (array['Birch', 'Ferrei', 'Okon', 'Lindq', 'Achter', 'Raghu', 'Ibáñ', 'Kowal', 'Hansh', 'Alvar', 'Whit',
                  'Chanda', 'Marqu', 'Osei', 'Petter', 'Quinta', 'Rosen', 'Stanis', 'Truji', 'Vander'])[1 + n / 20 % 20]
                 || (array['well', 'ra', 'kwo', 'vist', 'berg', 'nathan', 'ez', 'ski', 'aug', 'ado', 'ley', 'son', 'er', 'in', 'man',
                  'lo', 'thal', 'low', 'mere', 'dotter', 'by', 'ovic', 'enko', 'iak', 'ford'])[1 + n / 400 % 25] end,
       'person.' || n || '@' || (array['cedar', 'rio', 'fork', 'union'])[1 + n % 4] || '.example',
       (array['Equity officer', 'Principal', 'Teacher', 'Superintendent', ''])[1 + n % 5],
       case when n % 10 < 9 then of('district', n, size('districts')) end, case when n % 9 = 0 then 'Vegetarian' else '' end,
       case when n % 97 = 0 then 'A ramp' else '' end, n % 3 = 0, n % 6 = 0, moment() - interval '3 years' + n * interval '1 minute'
  from generate_series(1, size('people')) n;

insert into coach (person_id) select made('person', n) from generate_series(1, size('people')) n where n / 13 % 50 = 0;

insert into membership (person_id, joined_year, coach_id)
select made('person', n), 2015 + (n % 10)::int, case when n % 3 = 0 then made('person', 650 * (1 + n % (size('people') / 650))) end
  from generate_series(1, size('people')) n where n / 3 % 2 = 0;

insert into school_contact (person_id, school_id)
select made('person', n), of('school', n, size('schools')) from generate_series(1, size('people')) n where n / 11 % 10 = 1;

-- The first is the largest and still to come; the others lie evenly over three years, one in four ahead.
insert into convening (id, slug, title, time_zone, starts_at, ends_at, capacity, state, created_at)
select made('convening', n), 'convening-' || n, 'Convening ' || n, 'America/New_York', at, at + interval '9 hours', places, state, moment() - interval '3 years'
  from (select n, case n when 1 then size('registrations') / 4 else 4 * size('registrations') / 5 / (size('convenings') - 1) + 20 end as places,
               moment() + case n when 1 then interval '40 days'
                 else interval '270 days' - (n - 2) * interval '1080 days' / (size('convenings') - 1) end as at
          from generate_series(1, size('convenings')) n) c
       cross join lateral (select case when at < moment() then 'completed' when n % 10 = 3 then 'draft' else 'published' end as state) s;

insert into session (id, convening_id, ordinal, title, kind, room, starts_at, ends_at, signup, capacity)
select made('session', 10 * c + n), made('convening', c), n, 'Session ' || n, case when n = 9 then 'student_panel' else 'workshop' end,
       'Room ' || n, v.starts_at + n * interval '1 hour', v.starts_at + (n + 1) * interval '1 hour', n % 3 = 0,
       case when n % 3 = 0 then size('registrations') end
  from generate_series(1, size('convenings')) c join convening v on v.id = made('convening', c) cross join generate_series(0, 9) n;

insert into registration (id, convening_id, person_id, state, seated, source, name, title, district_name, dietary, access_needs,
                          left_from, held_until, offered_until, confirmed_at, created_at, changed_at)
select made('registration', n), v.id, p.id, g.state, g.state in ('confirmed', 'offered', 'held'), 'public', p.name, p.title,
       coalesce(d.name, ''), p.dietary, p.access_needs, case when g.state in ('withdrawn', 'expired', 'declined') then 'confirmed' end,
       case g.state when 'held' then moment() + interval '1 hour' end, case g.state when 'offered' then moment() + interval '1 day' end,
       case g.state when 'confirmed' then at end, at, at
  from generate_series(1, size('registrations')) n
       cross join lateral (select case when n <= size('registrations') / 5 then 1 else 2 + n % (size('convenings') - 1) end as c,
                       case when n <= size('registrations') / 5 then n else n / (size('convenings') - 1) end as nth) w
  join convening v on v.id = made('convening', c)
  join person p on p.id = made('person', 1 + (nth + c * 997) % size('people')) left join district d on d.id = p.district_id
       cross join lateral (select moment() - interval '400 days' + n * interval '5 minutes' as at,
                       case when nth % 100 < 78 then 'confirmed' when nth % 100 < 86 then 'waitlisted'
                            when nth % 100 = 86 and v.starts_at > moment() then 'offered'
                            when nth % 100 = 87 and v.starts_at > moment() then 'held'
                            when nth % 100 < 95 then 'withdrawn' when nth % 100 < 98 then 'expired' else 'declined' end as state) g;

-- The counters, which triggers would have kept.
update convening c set taken = n from (select convening_id, count(*) n from registration where seated group by 1) r where c.id = r.convening_id;

insert into registration_session (registration_id, session_id, placed)
select r.id, made('session', 10 * c + 3 * (1 + n % 2)), true
  from generate_series(1, size('registrations')) n
       cross join lateral (select case when n <= size('registrations') / 5 then 1 else 2 + n % (size('convenings') - 1) end as c) w
  join registration r on r.id = made('registration', n) where r.state = 'confirmed' and n % 3 > 0;

update session s set taken = n from (select session_id, count(*) n from registration_session group by 1) r where s.id = r.session_id;

insert into badge (code, registration_id)
select translate(upper(lpad(to_hex(n), 10, '0')), 'ILOU', 'JKMN'), made('registration', n) from generate_series(1, size('registrations')) n
 where exists (select from registration where id = made('registration', n) and state = 'confirmed');

-- The day of the largest convening is under way for whoever looks at its scans: two for everybody.
insert into scan (id, convening_id, registration_id, direction, at, device_at, received_at, device, outcome)
select made('scan', 2 * n + k), r.convening_id, r.id, 'in', r.created_at, r.created_at, r.created_at, 'door', 'recorded'
  from generate_series(1, size('registrations')) n cross join generate_series(0, 1) k
  join registration r on r.id = made('registration', n)
 where r.state = 'confirmed' and n % 2 = 0;

insert into invitation (id, convening_id, person_id, mailed_at, declined_at, created_at)
select made('invitation', n), made('convening', c), made('person', 1 + (nth + c * 991) % size('people')), at,
       case when n % 9 = 0 then at end, at
  from generate_series(1, size('invitations')) n
       cross join lateral (select case when n <= size('invitations') / 5 then 1 else 2 + n % (size('convenings') - 1) end as c,
                       case when n <= size('invitations') / 5 then n else n / (size('convenings') - 1) end as nth,
                       moment() - interval '90 days' + n * interval '1 minute' as at) w;

insert into event (id, position, kind, payload, created_at, next_at, handled_at)
select made('event', n), n, kind, jsonb_build_object('kind', kind, 'registration_id', made('registration', m),
                                                     'convening_id', r.convening_id), at, at, at
  from generate_series(1, size('events')) n
       cross join lateral (select 1 + n % size('registrations') as m, moment() - interval '400 days' + n * interval '2 minutes' as at,
                       (array['registration_confirmed', 'registration_changed'])[1 + n % 2] as kind) w
  join registration r on r.id = made('registration', m);

insert into calendar_entry (id, registration_id, uid, recipient, sequence, dtstamp, facts)
select made('entry', n), r.id, 'uid-' || n, p.email, 0, moment(), '{}' from generate_series(1, size('registrations')) n
  join registration r on r.id = made('registration', n) and r.state = 'confirmed' join person p on p.id = r.person_id;

-- Nearly all was sent; the newest are owed, and of a thousand mails some are dead and one is in doubt.
insert into delivery (id, event_id, kind, subject_id, convening_id, person_id, recipient, state, policy, message, bulk, calendar_uid,
                      sequence, message_id, due_at, next_at, attempt, response, created_at, finished_at)
select made('delivery', n), case when n <= size('events') then made('event', n) end, k.kind, k.subject, r.convening_id, r.person_id, p.email, s.state, 'resend',
       case when n % 4 = 0 then '{"kind": "invite"}' else '{}' end::jsonb, n % 4 <> 0, case when e.id is not null then e.uid end,
       case when e.id is not null then n / size('registrations') end, 'mail-' || n, case when n > size('events') then at end, at, 1, '250 ok', at, case when s.state <> 'queued' then at end
  from generate_series(1, size('deliveries')) n
       cross join lateral (select 1 + n % size('registrations') as m, moment() - interval '300 days' + n * interval '2 minutes' as at) w
  join registration r on r.id = made('registration', m) join person p on p.id = r.person_id
  left join calendar_entry e on e.registration_id = r.id and n % 2 = 0
       cross join lateral (select case when n > size('deliveries') - size('owed') then 'queued' when n % 1000 < size('dead_of_thousand') then 'dead'
                            when n % 1000 = 999 then 'unknown'
                            else 'sent' end as state) s
       cross join lateral (select case when n % 5 = 4 then 'invitation' else 'invite' end as kind,
                       case when n % 5 = 4 then of('invitation', n / 5, size('invitations')) else r.id end as subject) k;

insert into audit_entry (id, at, person_id, action, thing_kind, thing_id, client, detail)
select made('entry', n), moment() - interval '1 year' + n * interval '4 minutes', of('person', n % 40, size('people')),
       (array['registration_changed', 'person_changed', 'convening_changed', 'signed_in'])[1 + n % 4],
       (array['registration', 'person', 'convening', 'person'])[1 + n % 4],
       case n % 4 when 0 then of('registration', n, size('registrations')) when 2 then of('convening', n, size('convenings'))
                  else of('person', n, size('people')) end, '127.0.0.1', '{}'
  from generate_series(1, size('audits')) n;

insert into inbound_mail (id, digest, envelope_from, envelope_to, received_at, judged_at, kind, outcome, sender, subject)
select made('inbound', n), decode(md5('mail' || n), 'hex'), 'a@a.example', 'b@b.example', at, at, 'human',
       case when n % 500 = 0 then 'told' else 'noted' end, 'a@a.example', 'Re: mail' from generate_series(1, size('inbound')) n
       cross join lateral (select moment() - interval '80 days' + n * interval '1 minute' as at) w;

insert into suppression (address_key, reason, created_at)
select 'person.' || n * 300 || '@fork.example', 'bounced', moment() - n * interval '1 hour' from generate_series(1, size('stopped')) n;

insert into opt_out (address_key, stream, created_at)
select 'person.' || n * 200 || '@fork.example', 'reminders', moment() - n * interval '1 hour' from generate_series(1, size('stopped')) n;

insert into webhook (id, url, description, kinds, cursor, secret, created_at)
select made('webhook', n), 'https://hooks.example/' || n, 'a program', '{}', size('events') - 50, '\x00', moment() from generate_series(1, 3) n;

insert into webhook_attempt (id, webhook_id, position, attempt, outcome, status, milliseconds, started_at)
select made('attempt', n), of('webhook', n, 3), 1 + n % size('events'), 1, 'taken', 200, 12, moment() - n * interval '1 minute'
  from generate_series(1, size('events') / 10) n;

insert into clock_tick (kind, subject_id, due_at)
select 'reminder', of('convening', n, size('convenings')), moment() - n * interval '1 hour' from generate_series(1, size('convenings') * 5) n;

insert into sign_in (id, person_id, browser_hash, link_hash, code_hash, created_at, expires_at, used_at)
select made('signin', n), of('person', n, size('people')), decode(md5('b' || n), 'hex'), decode(md5('l' || n), 'hex'), '\x00',
       moment() - n * interval '1 minute', moment() - n * interval '1 minute' + interval '15 minutes', null
  from generate_series(1, size('inbound')) n;

insert into web_session (id, token_hash, person_id, kind, client, agent, created_at, seen_at, idle_until, ends_at)
select made('websession', n), decode(md5('s' || n), 'hex'), of('person', n, size('people')), 'usual', '127.0.0.1', 'Firefox', moment(),
       moment(), moment() + interval '12 hours', moment() + interval '7 days' from generate_series(1, size('inbound') / 5) n;

insert into role_grant (id, person_id, role, convening_id, created_at)
select made('grant', n), made('person', n), (array['organizer', 'front_desk', 'moderator'])[1 + n % 3], of('convening', n, size('convenings')), moment()
  from generate_series(1, size('convenings') * 2) n;

insert into topic (code, label) select 'belonging', '{"en": "Belonging"}';

insert into panel (id, session_id, seats, created_at)
select made('panel', n), made('session', 10 * n + 9), 100, moment() - interval '1 year' from generate_series(1, size('convenings')) n;

insert into panel_topic (panel_id, topic_code, ordinal)
select made('panel', n), 'belonging', 0 from generate_series(1, size('convenings')) n;

insert into signup (id, panel_id, school_id, label, name, grade, basis, placed_at, deadline_at, created_at)
select made('signup', n), of('panel', n, size('convenings')), of('school', n, size('schools')), 'Student ' || n, 'Student ' || n, 9, 'directory',
       moment() - interval '9 days', moment() + interval '9 days', moment() - interval '9 days' from generate_series(1, size('signups')) n;

insert into consent (id, signup_id, signer, name, email, state, created_at, changed_at)
select made('consent', n), made('signup', n), 'guardian', 'Guardian ' || n, 'guardian.' || n || '@family.example',
       (array['asked', 'opened', 'refused', 'withdrawn', 'draft'])[1 + n % 5], moment() - interval '9 days', moment() - interval '8 days'
  from generate_series(1, size('signups')) n;

insert into assent (signup_id, state) select made('signup', n), 'asked' from generate_series(1, size('signups')) n;

insert into evidence (id, signup_id, ordinal, consent_id, kind, body_hash, previous_hash, hash, created_at)
select made('evidence', n), made('signup', n), 1, made('consent', n), 'refused', '\x00', '\x00', decode(md5('h' || n), 'hex'),
       moment() - interval '8 days' from generate_series(1, size('signups')) n where n % 5 = 2;

insert into disclosure (id, signup_id, person_id, fields, purpose, created_at)
select made('disclosure', n), of('signup', n, size('signups')), of('person', n, size('people')), '{name}', 'to run the panel',
       moment() - n * interval '1 minute' from generate_series(1, size('signups') * 3) n;

insert into survey (id, convening_id, code, version, audience, privacy, definition, created_at)
select made('survey', n), made('convening', n), 'evaluation', 1, 'members', 'anonymous', '{}', moment() from generate_series(1, size('convenings')) n;
