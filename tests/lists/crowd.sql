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
       (array['NY', 'WA', 'CA', 'TX'])[1 + n / 7 % 4], 'America/New_York' from generate_series(1, size('districts')) n;

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

-- One in sixteen coaches: of a thousand people still a page.
insert into coach (person_id) select made('person', n) from generate_series(1, size('people')) n where n / 13 % 16 = 0;

-- A third and more of the members joined in 2019, when the network grew: of a thousand people still a page is in the directory.
insert into membership (person_id, joined_year, coach_id)
select made('person', n), case when n / 7 % 3 = 0 then 2019 else 2015 + (n / 21 % 10)::int end, case when n % 3 = 0 then made('person', 208 * (1 + n % (size('people') / 208))) end
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
       coalesce(d.name, ''), case when keeps then p.dietary else '' end, case when keeps then p.access_needs else '' end, case when g.state in ('withdrawn', 'expired', 'declined') then 'confirmed' end,
       case g.state when 'held' then moment() + interval '1 hour' end, case g.state when 'offered' then moment() + interval '1 day' end,
       case g.state when 'confirmed' then at end, at, at
  from generate_series(1, size('registrations')) n
       cross join lateral (select case when n <= size('registrations') / 5 then 1 else 2 + n % (size('convenings') - 1) end as c,
                       case when n <= size('registrations') / 5 then n else n / (size('convenings') - 1) end as nth) w
  join convening v on v.id = made('convening', c)
  join person p on p.id = made('person', 1 + (nth + c * 997) % size('people')) left join district d on d.id = p.district_id
       cross join lateral (select moment() - interval '400 days' + n * interval '5 minutes' as at,
                       case when nth % 100 < case c when 1 then 58 else 78 end then 'confirmed' when nth % 100 < 86 then 'waitlisted'
                            when nth % 100 = 86 and v.starts_at > moment() then 'offered'
                            when nth % 100 = 87 and v.starts_at > moment() then 'held'
                            when nth % 100 < 95 then 'withdrawn' when nth % 100 < 98 then 'expired' else 'declined' end as state,
                       v.ends_at > moment() - interval '30 days' as keeps) g;

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
select made('invitation', n), made('convening', c), made('person', 1 + (nth + c * whose) % size('people')), at,
       case when n % 9 = 0 then at end, at
  from generate_series(1, size('invitations')) n
       cross join lateral (select case when n <= size('invitations') / 5 then 1 else 2 + n % (size('convenings') - 1) end as c,
                       case when n <= size('invitations') / 5 then n else n / (size('convenings') - 1) end as nth,
                       moment() - interval '90 days' + n * interval '1 minute' as at) w
  join convening v on v.id = made('convening', c)
       cross join lateral (select case when v.ends_at < moment() - interval '30 days' then 997 else 991 end as whose) o;

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

-- Nearly all was sent; the newest are owed, and of a thousand mails some are dead and some in doubt.
insert into delivery (id, event_id, kind, subject_id, convening_id, person_id, recipient, state, policy, message, bulk, calendar_uid,
                      sequence, message_id, due_at, next_at, attempt, response, created_at, finished_at)
select made('delivery', n), case when n <= size('events') then made('event', n) end, k.kind, k.subject, r.convening_id, r.person_id, p.email, s.state, 'resend',
       case when n % 4 = 0 and (e.id is not null or at > moment() - interval '30 days') then '{"kind": "invite"}' else '{}' end::jsonb, n % 4 <> 0, case when e.id is not null then e.uid end,
       case when e.id is not null then n / size('registrations') end, 'mail-' || n, case when n > size('events') then at end, at, 1, '250 ok', at, case when s.state <> 'queued' then at end
  from generate_series(1, size('deliveries')) n
       cross join lateral (select 1 + n % size('registrations') as m, moment() - interval '300 days' + n * interval '2 minutes' as at) w
  join registration r on r.id = made('registration', m) join person p on p.id = r.person_id
  left join calendar_entry e on e.registration_id = r.id and n % 2 = 0
       cross join lateral (select case when n > size('deliveries') - size('owed') then 'queued' when n % 1000 < size('dead_of_thousand') then 'dead'
                            when n % 1000 >= 1000 - size('unknown_of_thousand') then 'unknown'
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
       moment() - n * interval '8 seconds', moment() - n * interval '8 seconds' + interval '15 minutes', null
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

-- Of convenings that are over it is closed, and counted; what was answered is there until the answers have had their time.
insert into survey (id, convening_id, code, version, audience, privacy, definition, state, public_key, created_at, opened_at, closes_at,
                    closed_at, invited, release)
select made('survey', n), v.id, 'evaluation', 1, 'members', 'anonymous', '{}', case when over then 'closed' else 'draft' end,
       case when over then '\x00'::bytea end, v.created_at, case when over then v.ends_at end, case when over then v.ends_at + interval '9 days' end,
       case when over then v.ends_at + interval '9 days' end, case when over then 200 end, case when over then '{}'::jsonb end
  from generate_series(1, size('convenings')) n join convening v on v.id = made('convening', n)
       cross join lateral (select v.state = 'completed' and v.ends_at < moment() - interval '10 days' as over) o;

insert into survey_invitation (id, survey_id, person_id, answered)
select md5('asked' || r.id)::uuid, s.id, r.person_id, hashtext(r.id::text) % 2 = 0
  from survey s join registration r on r.convening_id = s.convening_id and r.state = 'confirmed'
 where s.state = 'closed' and s.closed_at > moment() - interval '700 days';

insert into answer (id, survey_id, part, body)
select made('answer', n), s.id, (array['core', 'liked', 'missed'])[1 + n % 3], '{}'
  from generate_series(1, size('answers')) n join survey s on s.id = of('survey', n, size('convenings'))
 where s.state = 'closed' and s.closed_at > moment() - interval '700 days';

insert into commitment (convening_id, person_id, words, created_at)
select r.convening_id, r.person_id, 'Ask every family', r.changed_at
  from registration r join convening v on v.id = r.convening_id
 where r.state = 'confirmed' and hashtext(r.id::text) % 10 = 0 and v.ends_at > moment() - interval '700 days';

-- What stands beside people and their registrations: who was erased or merged, addresses, notes, certificates, programs that ask twice.
insert into person (id, name, email, created_at)
select made('erased', n), 'Erased person', 'erased:' || made('erased', n), moment() - interval '2 years' from generate_series(1, size('erased')) n;

insert into person_erasure (id, person_id, ordered_by, ordered_at, done_at, address_marks)
select made('erasure', n), made('erased', n), made('person', 3), at, at, array[decode(md5('address' || n), 'hex')]
  from generate_series(1, size('erased')) n cross join lateral (select moment() - n * interval '1 day' as at) w;

insert into merged_person (former_id, person_id, merged_at)
select made('former', n), of('person', n * 7, size('people')), moment() - n * interval '1 day' from generate_series(1, size('merged')) n;

insert into merged_district (former_id, district_id, code, name, state, name_before, state_before, merged_at)
select made('former district', n), of('district', n * 3, size('districts')), 'former-district-' || n, 'Former district ' || n, 'NY', 'Before ' || n, 'NY',
       moment() from generate_series(1, size('districts') / 20) n;

insert into merged_school (former_id, school_id, code, name, district_id, name_before, district_before, merged_at)
select made('former school', n), of('school', n * 3, size('schools')), 'former-school-' || n, 'Former school ' || n, of('district', n, size('districts')),
       'Before ' || n, of('district', n, size('districts')), moment() from generate_series(1, size('schools') / 20) n;

insert into former_address (id, person_id, email, changed_at, merged)
select made('address', n), of('person', n * 7, size('people')), 'former.' || n || '@fork.example', moment() - n * interval '1 hour', n % 3 = 0
  from generate_series(1, size('people') / 50) n;

insert into told_apart (one_id, other_id, told_at)
select least(one, other), greatest(one, other), moment() from generate_series(1, size('people') / 100) n
       cross join lateral (select of('person', n * 3, size('people')) as one, of('person', n * 3 + 1, size('people')) as other) w;

insert into registration_note (id, registration_id, person_id, action, reason, created_at)
select made('note', n), of('registration', n * 11, size('registrations')), made('person', 3), 'withdrawn', 'They called.', moment() - n * interval '1 hour'
  from generate_series(1, size('registrations') / 20) n;

insert into certificate (id, registration_id, number, profile, quarters, body, issued_at)
select made('certificate', n), r.id, 1, 'generic_certificate', 12, '{}', v.ends_at
  from generate_series(1, size('registrations')) n join registration r on r.id = made('registration', n)
  join convening v on v.id = r.convening_id where n % 4 = 0 and r.state = 'confirmed' and v.state = 'completed';

insert into document (id, kind, subject_id, state, next_at, pdf, created_at, made_at)
select md5('paper' || id)::uuid, 'certificate', id, 'made', issued_at, '\x00', issued_at, issued_at from certificate;

insert into idempotency_key (caller, route, key, body_hash, answer, created_at)
select 'a program', '/api/v1/registrations', 'key-' || n, '\x00', '{}', moment() - n * interval '8 seconds'
  from generate_series(1, size('inbound')) n;

insert into rate_window (key, started_at, count)
select 'client-' || n % 500, moment() - n * interval '8 seconds', 1 from generate_series(1, size('inbound')) n;

insert into retention_run (night, started_at, gone, left_over)
select (moment() - n * interval '1 day')::date, moment() - n * interval '1 day', '{"mails": 900}', '{}' from generate_series(1, 400) n;

insert into tally (name, count) values ('wrong_code', 4711), ('sign_in_given_up', 12);

-- Conversations: each seventh slot is at the largest convening, and six of ten are booked by somebody who has a seat there.
insert into coach_slot (id, convening_id, coach_id, starts_at, ends_at, place, audience, first_day, time_zone, created_at)
select made('slot', n), v.id, of_coach, at, at + interval '30 minutes', 'Room ' || n % 9, (array['own', 'network'])[1 + n % 2], v.starts_at::date, v.time_zone,
       v.created_at
  from generate_series(1, size('slots')) n
       cross join lateral (select case when n % 7 = 0 then 1 else 1 + n % size('convenings') end as c,
                       made('person', 208 * (1 + n % (size('people') / 208))) as of_coach) w
  join convening v on v.id = made('convening', c) and v.ends_at > moment() - interval '360 days'
       cross join lateral (select v.starts_at + n % 16 * interval '30 minutes' as at) t;

insert into coach_booking (id, slot_id, registration_id, member_id, state, ended_by, created_at, changed_at)
select made('booking', n), s.id, r.id, r.person_id, b.state, case when b.state = 'cancelled' then 'member' end, s.created_at, s.created_at
  from generate_series(1, size('slots')) n join coach_slot s on s.id = made('slot', n)
       cross join lateral (select case when n % 10 < 1 then 'cancelled' else 'booked' end as state) b
  join registration r on r.id = case when n % 7 = 0 then of('registration', n, size('registrations') / 5)
                                     else of('registration', n * 5, size('registrations')) end
 where n % 10 < 7;

insert into coach_note (id, coach_id, member_id, booking_id, sealed, shared, created_at, changed_at)
select made('coach note', n), s.coach_id, b.member_id, b.id, decode(repeat(md5('x' || n), 10), 'hex'), n % 3 = 0, s.starts_at, s.starts_at
  from generate_series(1, size('slots')) n join coach_booking b on b.id = made('booking', n) join coach_slot s on s.id = b.slot_id
 where b.state = 'booked';

-- The first message went to many; each of the others to two hundred at the most.
insert into bulk_message (id, convening_id, audience, subject, words, state, released_at, laid_out_at, created_at, recipients)
select made('bulk', n), case when n % 3 <> 1 then of('convening', n, size('convenings')) end, case when n % 3 = 1 then 'members' else 'seated' end,
       'A message', 'Dear {name}', 'released', at, case when n > 1 then at end, at, case n when 1 then size('recipients') else 200 end
  from generate_series(1, 200) n cross join lateral (select moment() - n * interval '1 day' as at) w;

insert into bulk_recipient (message_id, person_id, outcome)
select made('bulk', 1), made('person', n), case n % 50 when 0 then 'stopped' when 1 then null else 'owed' end from generate_series(1, size('recipients')) n
union all select made('bulk', m), of('person', m * 211 + n, size('people')), 'owed'
  from generate_series(2, 200) m cross join generate_series(1, least(200, size('people') / 5)) n;

insert into delivery (id, event_id, kind, subject_id, person_id, recipient, state, policy, message, bulk, stream, message_id, next_at, attempt, response,
                      created_at, finished_at)
select made('bulk mail', n), made('bulk event', 1), 'bulk_message', made('bulk', 1), p.id, p.email, 'sent', 'hold', '{"kind": "bulk_message"}', true, 'messages',
       'bulk-' || n, at, 1, '250 ok', at, at
  from generate_series(1, size('recipients')) n join person p on p.id = made('person', n)
       cross join lateral (select moment() - interval '1 day' as at) w where n % 50 > 1;

insert into event (id, position, kind, payload, created_at, next_at, handled_at)
select made('bulk event', 1), size('events') + 1, 'bulk_message_released', jsonb_build_object('kind', 'bulk_message_released', 'message_id', made('bulk', 1)), at, at, at
  from (select moment() - interval '1 day' as at) w;

-- The largest file is being taken in; forty others were, of which a month has the outcomes.
insert into import_file (id, person_id, kind, file_name, state, next_at, created_at, lease_token, lease_until, ended_at)
select made('file', n), made('person', 3), 'people', 'people.xlsx', case when n = 1 then 'taking' else 'done' end, at, at,
       case when n = 1 then made('lease', 1) end, case when n = 1 then moment() + interval '1 minute' end, case when n > 1 then at end
  from generate_series(1, 41) n cross join lateral (select moment() - n * interval '12 hours' as at) w;

insert into import_row (import_id, number, kind, name, subject, needs)
select made('file', 1), n + 1, (array['new', 'changed', 'unchanged', 'new', 'new'])[1 + n % 5], 'Somebody ' || n, 'somebody.' || n || '@rio.example',
       case when n % 50 = 0 then 'coaches:somebody.' || n - 1 || '@rio.example' end from generate_series(1, size('import_rows')) n
union all select made('file', f), n + 1, 'unchanged', 'Somebody ' || n, 'somebody.' || n || '@rio.example', null
  from generate_series(2, 41) f cross join generate_series(1, size('import_rows') / 100) n;

insert into import_key (import_id, key, number)
select made('file', 1), 'somebody.' || n || '@rio.example', n + 1 from generate_series(1, size('import_rows')) n
union all select made('file', 1), 'coaches:somebody.' || n || '@rio.example', n + 1 from generate_series(1, size('import_rows')) n where n % 50 = 49;

insert into import_batch (import_id, last_number, rows)
select made('file', 1), n * 500, '[]' from generate_series(1, greatest(1, size('import_rows') / 500)) n;

-- A dozen of everything that is shared of each convening.
insert into material (id, convening_id, session_id, kind, title, audience, shared, ordinal, url, created_at, changed_at)
select made('material', 100 * c + n), made('convening', c), case when n > 4 then made('session', 10 * c + n % 9) end, 'link', 'Slides ' || n,
       (array['seats', 'network', 'public', 'organizers'])[1 + n % 4], 'after', n, 'https://slides.example/' || n, moment(), moment()
  from generate_series(1, size('convenings')) c cross join generate_series(1, 12) n;

insert into material_notice (id, convening_id, how, created_at)
select made('notice', n), v.id, 'clock', v.ends_at + interval '1 day'
  from generate_series(1, size('convenings')) n join convening v on v.id = made('convening', n) where v.ends_at < moment() - interval '9 days';

insert into backup (made_at, keys_mark) select moment() - n * interval '1 day', 'mark' from generate_series(1, 30) n;
