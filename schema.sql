-- Plenary's whole schema. PostgreSQL 15 or newer. Loaded by `python -m service.schema upgrade`, which also makes the role
-- `plenary_app` that the application acts as: it owns nothing and cannot change the schema. All of migrations/ together make
-- the same from nothing; what is changed here is changed there, by one file more.
-- Every state is a text with a CHECK; what each value means stands beside it. All instants are UTC.

-- Which migrations this database has had.
create table schema_migration (
  number       int primary key check (number > 0),
  name         text not null,
  checksum     text not null,                      -- sha256 of the file when it ran
  breaks_older boolean not null,                   -- whether a version that does not know it must not run any more
  applied_at   timestamptz not null default now()
);

-- ---------------------------------------------------------------------------------------------------------- access

create table api_token (
  id           uuid primary key,
  name         text not null,
  token_hash   bytea not null unique,              -- sha256; the token itself is shown once and never stored
  scope        text not null default 'write' check (scope in (
    'read',                                        -- looks at everything an organizer sees
    'write')),                                     -- changes it as well
  created_by   uuid,                               -- the person; null: the environment's own, made at the start
  created_at   timestamptz not null,
  expires_at   timestamptz,                        -- null: never
  last_used_at timestamptz                         -- to the minute
);
create index api_token_created_by on api_token (created_by);

-- An Idempotency-Key belongs to a caller and a route and lives 24 hours.
create table idempotency_key (
  caller     text not null,
  route      text not null,
  key        text not null,
  body_hash  bytea not null,
  answer     jsonb,                                -- without links: they are made anew
  created_at timestamptz not null,
  primary key (caller, route, key)
);
create index idempotency_key_age on idempotency_key (created_at);

-- How often somebody did something within a window; the key is a hash where it would name a person.
create table rate_window (
  key        text not null,
  started_at timestamptz not null,
  count      int not null,
  primary key (key, started_at)
);
create index rate_window_age on rate_window (started_at);

-- How names are searched and ordered: without case, without marks on letters, and with the letters that do not come apart
-- into a letter and a mark written as people type them who have no such key (Zoë, Øyvind, Łukasz, Weiß, O’Neil). One function,
-- so that every list finds and orders alike; ordered with collate "C", which is the same on every server. Not strict, though
-- null is null here too: what is strict is called for each row, and this is written into what calls it.
create function folded(text) returns text language sql immutable parallel safe
  return case when octet_length($1) = length($1) then lower($1) else replace(replace(replace(replace(lower(translate(
    regexp_replace(normalize($1, nfkd), '[\u0300-\u036f]', '', 'g'),
    'ØøŁłĐđÐðĦħŦŧŊŋıẞÆŒÞ’‘ʼʻ', 'OoLlDdDdHhTtNnißæœþ''''''''')), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') end;

-- Searching a hundred thousand names for a part of one: an index of their trigrams. A trusted extension of PostgreSQL's own.
create extension if not exists pg_trgm;

-- What is searched: folded, and each word behind a space.
create function searchable(text) returns text language sql immutable parallel safe
  return ' ' || translate(folded($1), '-', ' ');

-- The pattern of all that begins with a text: its own signs mean nothing there.
create function beginning(text) returns text language sql immutable strict parallel safe
  return regexp_replace($1, '([\\%_])', '\\\1', 'g') || '%';

-- What a search looks for, one pattern a word, the longest first: anywhere from three letters on, which is what the index
-- knows; shorter ones at the beginning of a word.
create function sought(text) returns text[] language sql immutable strict parallel safe
  return array(select case when length(word) < 3 then '% ' else '%' end || beginning(word)
                 from string_to_table(searchable($1), ' ') as word where word <> '' order by length(word) desc, word);

-- A pattern for each word of a search that begins a part of what is searched: of whose name most are true are found first.
create function beginnings(text) returns text[] language sql immutable strict parallel safe
  return array(select '% ' || beginning(word) from string_to_table(searchable($1), ' ') as word where word <> '');

-- --------------------------------------------------------------------------------------------------------- members

create table district (
  id        uuid primary key,
  code      text not null unique,                  -- short name, lower case with hyphens
  name      text not null,
  state     text not null check (state ~ '^[A-Z]{2}$'),
  time_zone text not null,                         -- IANA name
  student_signs_at int check (student_signs_at between 14 and 25), -- the district's own rule; null: the state's
  signers_needed   int not null default 1 check (signers_needed in (1, 2))  -- how many guardians sign for one of its students
);

create index district_named on district (lower(name));

create table school (
  id          uuid primary key,
  code        text not null unique,
  district_id uuid not null references district,
  name        text not null
);
create index school_district on school (district_id);
create index school_named on school (lower(name));
create index district_by_state on district (state);
create index district_by_name on district (folded(name) collate "C", name, id);
create index school_by_name on school (folded(name) collate "C", name, id);
create index district_by_words on district using gin (searchable(name) gin_trgm_ops);
create index school_by_words on school using gin (searchable(name) gin_trgm_ops);

create table person (
  id           uuid primary key,
  code         text unique,                        -- what another system calls this person
  name         text not null,
  email        text not null,
  email_key    text not null unique generated always as (lower(email)) stored,
  title        text not null default '',
  district_id  uuid references district,
  time_zone    text,                               -- the person's own setting, before the district's
  pronouns     text not null default '',
  dietary      text not null default '',
  access_needs text not null default '',
  badge_name   text not null default '',
  listed       boolean not null default false,     -- in the members' directory, by their own wish
  email_listed boolean not null default false,     -- there with the mail address
  about        text not null default '',           -- what they say about themselves there
  created_at   timestamptz not null,
  name_key     text collate "C" not null generated always as (folded(name)) stored,  -- the order of lists
  words        text not null generated always as (searchable(name || ' ' || email || ' ' || title)) stored,  -- what is searched
  listed_words text generated always as (case when listed then searchable(  -- the same in the directory; null: not listed
    name || ' ' || title || ' ' || about || case when email_listed then ' ' || email else '' end) end) stored
);
create index person_district on person (district_id);
create index person_by_name on person (name_key, name, id);
-- Whoever writes tidies up after a few hundred rows, which takes milliseconds; after the usual 4 MB it would take a fifth of a second.
create index person_by_words on person using gin (words gin_trgm_ops) with (gin_pending_list_limit = 256);
create index person_in_directory on person using gin (listed_words gin_trgm_ops) with (gin_pending_list_limit = 256);
create index person_listed on person (name_key, name, id) where listed;
create index person_listed_by_id on person (id) where listed;  -- how many of a cohort are, without reading a person

-- What people signed in with before; the mail that tells them so goes there.
create table former_address (
  id         uuid primary key,
  person_id  uuid not null references person on delete cascade,
  email      text not null,
  changed_at timestamptz not null,
  merged     boolean not null default false        -- of a second entry of theirs: whoever writes it means this person
);
create index former_address_person on former_address (person_id);
create index former_address_merged on former_address (lower(email)) where merged;

-- Who was in the network twice, and is one person now: what still carries the former id means the one who stayed.
create table merged_person (
  former_id uuid primary key,                      -- no reference: the row is gone
  person_id uuid not null references person on delete cascade,
  merged_by uuid references person on delete set null,
  merged_at timestamptz not null
);
create index merged_person_person on merged_person (person_id);
create index merged_person_merged_by on merged_person (merged_by);

-- Two who look alike, and of whom an organizer said that they are two.
create table told_apart (
  one_id   uuid not null references person on delete cascade,
  other_id uuid not null references person on delete cascade,
  told_by  uuid references person on delete set null,
  told_at  timestamptz not null,
  primary key (one_id, other_id),
  constraint each_pair_once check (one_id < other_id)
);
create index told_apart_other on told_apart (other_id);
create index told_apart_told_by on told_apart (told_by);

-- Who may be one person, as it was found; of whom it is still to be looked for. Whoever is new, or has another name, address or
-- district, is compared once, by and by: so a page needs to compare nobody with everybody.
create table likeness (
  one_id   uuid not null references person on delete cascade,
  other_id uuid not null references person on delete cascade,
  why      text not null check (why in (
    'district',                                    -- the same name in the same district
    'local',                                       -- the same name, and the same before the @
    'nowhere',                                     -- the same name, and no district tells them apart
    'spelling')),                                  -- names that differ little, and the same district or mail domain
  weight   double precision not null,              -- the likelier, the more
  primary key (one_id, other_id),
  constraint each_likeness_once check (one_id < other_id)
);
create index likeness_other on likeness (other_id);
create index likeness_first on likeness (weight desc, one_id, other_id);
create table likeness_due (
  person_id uuid primary key references person on delete cascade
);
create function look_for_likeness_of_new() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into likeness_due select id from fresh on conflict do nothing;
  return null;
end $$;
create trigger new_people_are_compared after insert on person
  referencing new table as fresh for each statement execute function look_for_likeness_of_new();
create function look_for_likeness_again() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into likeness_due values (new.id) on conflict do nothing;
  return null;
end $$;
create trigger changed_people_are_compared after update on person
  for each row when ((old.name, old.email, old.district_id) is distinct from (new.name, new.email, new.district_id))
  execute function look_for_likeness_again();

-- Whose address it is: who has it, or whose second entry had it.
create function person_of_address(address text) returns uuid language sql stable
  set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((select p.id from person p where p.email_key = lower(address)),
                  (select f.person_id from former_address f where f.merged and lower(f.email) = lower(address)
                    order by f.changed_at desc, f.id limit 1))
$$;

create table coach (
  person_id uuid primary key references person on delete cascade,
  bio       text not null default ''
);

create table membership (
  person_id   uuid primary key references person on delete cascade,
  joined_year int not null check (joined_year between 1990 and 2200),
  coach_id    uuid references coach
);
create index membership_coach on membership (coach_id);
create index membership_joined on membership (joined_year, person_id);

create table school_contact (
  person_id uuid primary key references person on delete cascade,
  school_id uuid not null references school,
  role      text not null default '',
  phone     text not null default ''
);
create index school_contact_school on school_contact (school_id);

-- Districts and schools that were there twice: what still carries the former id, its short code or a name that went means the one that
-- stayed. The names and where they were count for files that are brought again; "before" is what the one that stayed had until then.
create table merged_district (
  former_id    uuid primary key,                   -- no reference: the row is gone
  district_id  uuid not null references district on delete cascade,
  code         text not null unique,               -- nobody else's from now on
  name         text not null,
  state        text not null,
  name_before  text not null,
  state_before text not null,
  merged_by    uuid references person on delete set null,
  merged_at    timestamptz not null
);
create index merged_district_district on merged_district (district_id);
create index merged_district_merged_by on merged_district (merged_by);
create index merged_district_named on merged_district (lower(name));
create index merged_district_named_before on merged_district (lower(name_before));
create table merged_school (
  former_id       uuid primary key,                -- no reference: the row is gone
  school_id       uuid not null references school on delete cascade,
  code            text not null unique,            -- nobody else's from now on
  name            text not null,
  district_id     uuid references district on delete set null,
  name_before     text not null,
  district_before uuid references district on delete set null,
  merged_by       uuid references person on delete set null,
  merged_at       timestamptz not null
);
create index merged_school_school on merged_school (school_id);
create index merged_school_district on merged_school (district_id);
create index merged_school_district_before on merged_school (district_before);
create index merged_school_merged_by on merged_school (merged_by);
create index merged_school_named on merged_school (lower(name));
create index merged_school_named_before on merged_school (lower(name_before));

-- What part somebody has in the network: a row for each.
create view person_part with (security_invoker = true) as
  select person_id, 'member' as part from membership
   union all select person_id, 'coach' from coach
   union all select person_id, 'school_contact' from school_contact;

-- The contacts of schools in whose name a pattern is.
create function contacts_of(pattern text) returns setof uuid language sql stable begin atomic
  select k.person_id from school s join school_contact k on k.school_id = s.id where searchable(s.name) like pattern;
end;

-- A file of districts, schools or people that an organizer brings. A worker reads it and says what would become of each row;
-- nothing is written before its organizer says so, and then batch after batch, each with the position in one transaction.
create table import_file (
  id             uuid primary key,
  person_id      uuid not null references person on delete cascade,  -- whose it is
  kind           text not null check (kind in ('districts', 'schools', 'people')),
  file_name      text not null,
  state          text not null check (state in (
    'arriving',                                    -- its pieces come in; left alone for an hour it goes
    'reading',                                     -- a worker looks at each row, or will soon
    'held',                                        -- what would become of each row is known; it waits for a word, for a day
    'taking',                                      -- a worker takes it in, or will soon
    'done',                                        -- all of it that could be taken is
    'cancelled',                                   -- what is behind `position` was not taken in
    'unusable')),                                  -- `reason` says why; nothing of it was taken in
  reason         text not null default '',
  read_as        text not null default '',         -- how it was understood, in words: encoding and separator, or the sheet
  left_alone     text[] not null default '{}',     -- names of columns that are none of ours
  percent        int not null default 0 check (percent between 0 and 100),  -- how much of the file is read
  total          int,                              -- rows with something in them; null until it is read whole
  position       int not null default 0,           -- the last row, as a spreadsheet counts, that is read, or taken in
  done           int not null default 0,           -- how many rows are read, or taken in
  to_take        int not null default 0,           -- how many there are to be taken in
  new_rows       int not null default 0,
  changed_rows   int not null default 0,
  unchanged_rows int not null default 0,
  refused_rows   int not null default 0,
  attempt        int not null default 0,           -- how often a worker began without getting any further
  next_at        timestamptz not null,
  lease_token    uuid,
  lease_until    timestamptz,                      -- a worker has it in its hands until then
  created_at     timestamptz not null,
  held_at        timestamptz,                      -- when it could be looked at
  ended_at       timestamptz,
  constraint import_leased_by_somebody check ((lease_token is null) = (lease_until is null)),
  constraint unusable_for_a_reason check (state <> 'unusable' or reason <> ''),
  constraint import_ends check ((ended_at is not null) = (state in ('done', 'cancelled', 'unusable')))
);
create index import_file_listed on import_file (person_id, created_at, id);
create index import_file_due on import_file (next_at, id) where state in ('reading', 'taking');
create index import_file_age on import_file (created_at);

-- The file as it came, until it is read.
create table import_piece (
  import_id uuid not null references import_file on delete cascade,
  number    int not null,
  content   bytea not null,
  primary key (import_id, number)
);

-- Rows that would be written, as they were read and with a mark of what was shown of each, until they are.
create table import_batch (
  import_id   uuid not null references import_file on delete cascade,
  last_number int not null,                        -- of its last row
  rows        jsonb not null,
  primary key (import_id, last_number)
);

-- What would become of each row; once it is taken in, what became of it.
create table import_row (
  import_id   uuid not null references import_file on delete cascade,
  number      int not null,                        -- as a spreadsheet counts: the names of the columns are a row too
  kind        text not null check (kind in (
    'new',
    'changed',
    'unchanged',
    'refused')),                                   -- `sentences` say why
  name        text not null,
  subject     text not null,                       -- a person's mail address, a district's or school's short code
  differences jsonb not null default '[]',         -- what is to be different, in words
  sentences   text[] not null default '{}',
  needs       text,                                -- the import_key of another row that must be taken in as well
  primary key (import_id, number)
);
create index import_row_kinds on import_row (import_id, kind, number);
create index import_row_needs on import_row (import_id, needs) where needs is not null;
create index import_row_waits on import_row (needs) where needs is not null;  -- without the import, as import_key_row

-- What each row of a file is about, so that nothing stands in it twice, until the file has ended.
create table import_key (
  import_id uuid not null references import_file on delete cascade,
  key       text not null,
  number    int not null,                          -- of the row
  primary key (import_id, key)
);
create index import_key_row on import_key (number);  -- without the import: it can never stand in for the key's own index

-- ------------------------------------------------------------------------------------------ people at our own pages

-- Somebody asked to sign in. Link and code are made from our secret, the id and the nonce, by whoever asks and by the
-- mailer; only their hashes are kept.
create table sign_in (
  id           uuid primary key,
  person_id    uuid references person on delete cascade,  -- null: nobody has the address, and nothing is mailed
  browser_hash bytea not null unique,              -- sha256 of the cookie of the browser that asked
  nonce        bytea,                              -- null: used or given up, and the mail is no longer wanted
  link_hash    bytea not null unique,
  code_hash    bytea not null,                     -- keyed with our secret: six digits alone could be tried out
  next_path    text not null default '',           -- where to go on to
  wrong_codes  int not null default 0 check (wrong_codes between 0 and 5),
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  used_at      timestamptz
);
create index sign_in_age on sign_in (created_at);
create index sign_in_person on sign_in (person_id);

-- A browser that somebody is signed in with.
create table web_session (
  id         uuid primary key,
  token_hash bytea not null unique,                -- sha256 of the cookie
  person_id  uuid not null references person on delete cascade,
  kind       text not null check (kind in (
    'usual',                                       -- ends after 12 hours without use, at the latest after 7 days
    'front_desk')),                                -- a shared tablet, chosen: 16 hours without use, 7 days in all
  client     text not null,                        -- the address it was begun from
  agent      text not null,                        -- the browser in two words
  created_at timestamptz not null,
  seen_at    timestamptz not null,                 -- to the minute
  idle_until timestamptz not null,                 -- moves with seen_at
  ends_at    timestamptz not null
);
create index web_session_person on web_session (person_id);
create index web_session_idle on web_session (idle_until);

-- ------------------------------------------------------------------------------------------------------ convenings

create table convening (
  id                     uuid primary key,
  slug                   text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title                  text not null,
  summary                text not null default '',
  time_zone              text not null,            -- IANA name
  starts_at              timestamptz not null,
  ends_at                timestamptz not null,
  venue_name             text not null default '',
  venue_address          text not null default '',
  venue_latitude         double precision check (venue_latitude between -90 and 90),
  venue_longitude        double precision check (venue_longitude between -180 and 180),
  capacity               int not null check (capacity >= 0),
  taken                  int not null default 0,   -- seats held by registrations; kept by a trigger alone
  registration_opens_at  timestamptz,              -- null: as soon as it is published
  registration_closes_at timestamptz,              -- null: when it starts
  state                  text not null default 'draft' check (state in (
    'draft',                                       -- only organizers see it
    'published',                                   -- open, full, closed and under way are derived from seats and now
    'cancelled',                                   -- does not take place
    'completed')),                                 -- took place
  created_at             timestamptz not null,
  constraint ends_after_start check (ends_at > starts_at),
  constraint no_seat_sold_twice check (taken between 0 and capacity)
);
create index convening_listed on convening (starts_at, id) where state <> 'draft';
create index convening_by_start on convening (starts_at, id);

create table session (
  id             uuid primary key,
  convening_id   uuid not null references convening on delete cascade,
  code           text,                             -- what the organizer's own list calls it
  ordinal        int not null,                     -- order within the agenda where times are equal
  title          text not null,
  kind           text not null check (kind in (
    'plenary',                                     -- everybody together
    'workshop',
    'student_panel',                               -- students speak
    'coaching',                                    -- small groups, private
    'social')),
  track          text not null default '',
  room           text not null default '',
  starts_at      timestamptz not null,
  ends_at        timestamptz not null,
  signup         boolean not null default false,   -- people choose it; otherwise it is everybody's
  capacity       int check (capacity >= 0),        -- null: as many as come
  taken          int not null default 0,           -- kept by a trigger alone
  credit_minutes int not null default 0 check (credit_minutes >= 0),
  constraint session_ends_after_start check (ends_at > starts_at),
  constraint no_session_place_twice check (taken >= 0 and (capacity is null or taken <= capacity)),
  constraint capacity_needs_signup check (capacity is null or signup)
);
create index session_convening on session (convening_id, starts_at, ordinal);

-- A personal invitation to register; its link is an HMAC and is never stored.
create table invitation (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  person_id    uuid not null references person on delete cascade,
  generation   int not null default 0,             -- raising it revokes the link
  own          boolean not null default false,     -- made by the person on their own page: nobody invited them
  mailed_at    timestamptz,                        -- when a mail with the link was last asked for; null: handed on otherwise
  declined_at  timestamptz,                        -- they said that they cannot come
  ended_at     timestamptz,                        -- an organizer took it back; inviting again, or coming, clears it
  created_at   timestamptz not null,
  answer       text not null default 'silent' check (answer in (  -- as invitation_answer has it; kept by triggers alone
    'silent', 'registered', 'waits', 'declined', 'ended')),
  unique (convening_id, person_id)
);
create index invitation_listed on invitation (convening_id, created_at, id);
create index invitation_by_answer on invitation (convening_id, answer, created_at, id) where not own;
create index invitation_person on invitation (person_id);

-- What somebody may do beyond their own things. Members, coaches and school contacts are known from their own tables.
create table role_grant (
  id           uuid primary key,
  person_id    uuid not null references person on delete cascade,
  role         text not null check (role in (
    'organizer',                                   -- runs convenings
    'front_desk',                                  -- the door
    'safety_lead',                                 -- who is where, and whom to call
    'moderator',                                   -- leads a panel
    'evaluator',                                   -- answers of surveys, and no people
    'system_admin')),                              -- keeps it running, sees no content
  convening_id uuid references convening on delete cascade,  -- null: everywhere
  granted_by   uuid references person on delete set null,    -- null: the environment
  created_at   timestamptz not null,
  constraint everywhere_or_not_at_all check (role <> 'system_admin' or convening_id is null),
  unique nulls not distinct (person_id, role, convening_id)
);
create index role_grant_convening on role_grant (convening_id);
create index role_grant_granted_by on role_grant (granted_by);

-- Who did what to which thing from where: ids and words of our own, nothing that people wrote. It only grows.
create table audit_entry (
  id         uuid primary key,
  at         timestamptz not null,
  person_id  uuid,                                 -- who; null: nobody who is signed in
  action     text not null check (action ~ '^[a-z]+(_[a-z]+)*$'),
  thing_kind text not null,
  thing_id   uuid,
  client     text not null,                        -- the address that the request came from
  detail     jsonb not null default '{}'
);
create index audit_entry_at on audit_entry (at, id);
create index audit_entry_person on audit_entry (person_id, at, id);
create index audit_entry_action on audit_entry (action, at, id);
create index audit_entry_thing on audit_entry (thing_id);
create index audit_entry_convening on audit_entry ((detail ->> 'convening')) where detail ? 'convening';

create function refuse_change() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception '% only grows', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entry_only_grows before update or truncate on audit_entry
  for each statement execute function refuse_change();
create trigger audit_entry_goes_in_time before delete on audit_entry
  for each statement when (current_setting('plenary.forgetting', true) is distinct from 'audit_entry')
  execute function refuse_change();

-- --------------------------------------------------------------------------------------------------- registrations

create table registration (
  id            uuid primary key,
  convening_id  uuid not null references convening,
  person_id     uuid not null references person,
  state         text not null check (state in (
    'held',                                        -- public form, address not yet confirmed
    'confirmed',                                   -- has a seat
    'waitlisted',                                  -- waits in the order of queue_number
    'offered',                                     -- a freed seat is theirs until offered_until
    'withdrawn',                                   -- gave it back
    'expired',                                     -- did not confirm the address or answer the offer in time
    'declined')),                                  -- said no to an offer
  seated        boolean not null,                  -- whether it takes one of the convening's seats
  queue_number  bigint not null generated by default as identity,  -- the order of the list; moving somebody up permutes it
  source        text not null check (source in (
    'public',                                      -- the form on the web
    'invitation',                                  -- a personal invitation link
    'organizer',                                   -- an organizer's token, one by one or in a batch
    'return',                                      -- they gave it back, and took it again
    'walk_in')),                                   -- came to the door without a registration
  name          text not null,
  title         text not null default '',
  district_name text not null default '',
  dietary       text not null default '',
  access_needs  text not null default '',
  generation    int not null default 0,            -- raising it revokes the personal link
  left_from     text,                              -- the state it was in when it was withdrawn, expired or declined
  held_until    timestamptz,
  offered_until timestamptz,
  confirmed_at  timestamptz,
  created_at    timestamptz not null,
  changed_at    timestamptz not null,
  name_key      text collate "C" not null generated always as (folded(name)) stored,  -- the order of lists
  words         text not null generated always as (searchable(name || ' ' || title || ' ' || district_name)) stored,
  constraint seated_as_the_state_says check (
    case state when 'confirmed' then seated when 'offered' then seated when 'held' then true else not seated end),
  constraint held_until_when_held check (state <> 'held' or held_until is not null),
  constraint offered_until_when_offered check (state <> 'offered' or offered_until is not null)
);
create unique index one_live_registration on registration (convening_id, person_id)
  where state in ('held', 'confirmed', 'waitlisted', 'offered');
create index registration_queue on registration (convening_id, queue_number) where state = 'waitlisted';
create index registration_listed on registration (convening_id, created_at, id);
create index registration_by_state on registration (convening_id, state, created_at, id);
create index registration_held on registration (convening_id, seated) where state = 'held';
create index registration_held_until on registration (held_until) where state = 'held';
create index registration_offered_until on registration (offered_until) where state = 'offered';
create index registration_person on registration (person_id);
create index registration_by_name on registration (convening_id, name_key, name, id);
create index registration_by_words on registration using gin (words gin_trgm_ops) with (gin_pending_list_limit = 256);
create index registration_needs on registration (convening_id, state) where access_needs <> '';
create index registration_food on registration (convening_id) where dietary <> '';

create table registration_session (
  registration_id uuid not null references registration on delete cascade,
  session_id      uuid not null references session on delete cascade,
  placed          boolean not null,                -- true: has a place; false: wishes one (waiting, or the session is full)
  primary key (registration_id, session_id)
);
create index registration_session_session on registration_session (session_id);

-- What became of each invitation: 'registered' (a seat or an offer), 'waits', 'declined' (cannot come, or gave it back since the
-- last mail), 'ended' (taken back), 'silent' (no answer yet). A held place is no answer: any stranger can ask for one.
create view invitation_answer as
  select i.id, i.convening_id, i.person_id, i.own, r.id as registration_id,
         case when r.state = 'waitlisted' then 'waits'
              when r.id is not null then 'registered'
              when i.ended_at is not null then 'ended'
              when i.declined_at is not null or exists (
                select from registration g where g.convening_id = i.convening_id and g.person_id = i.person_id
                   and g.state in ('withdrawn', 'declined') and g.changed_at > coalesce(i.mailed_at, i.created_at)) then 'declined'
              else 'silent' end as answer
    from invitation i left join registration r on r.convening_id = i.convening_id and r.person_id = i.person_id
         and r.state in ('confirmed', 'waitlisted', 'offered');

-- Lists and counts read the answer from the invitation itself. One function on both tables, whose rows name a convening and a
-- person, so that nothing that changes an answer can forget it.
create function keep_answer() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (old.convening_id, old.person_id) <> (new.convening_id, new.person_id)) then
    update invitation i set answer = a.answer from invitation_answer a
     where i.convening_id = old.convening_id and i.person_id = old.person_id and a.id = i.id and a.answer <> i.answer;
  end if;
  if tg_op <> 'DELETE' then
    update invitation i set answer = a.answer from invitation_answer a
     where i.convening_id = new.convening_id and i.person_id = new.person_id and a.id = i.id and a.answer <> i.answer;
  end if;
  return null;
end $$;
create trigger keep_answer_of_registration after delete or update of convening_id, person_id, state, changed_at
  on registration for each row execute function keep_answer();

-- The same once for all who register together: each is looked up by themselves.
create function keep_answers_of_new() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  update invitation i set answer = a.answer
    from new_rows n cross join lateral (
           select id, answer from invitation_answer where convening_id = n.convening_id and person_id = n.person_id offset 0) a
   where i.id = a.id and a.answer <> i.answer;
  return null;
end $$;
create trigger keep_answers_of_new_registrations after insert on registration
  referencing new table as new_rows for each statement execute function keep_answers_of_new();
create trigger keep_answer_of_invitation after insert or update of convening_id, person_id, mailed_at, declined_at, ended_at
  on invitation for each row execute function keep_answer();

-- Why an organizer decided something about somebody's registration.
create table registration_note (
  id              uuid primary key,
  registration_id uuid not null references registration on delete cascade,
  person_id       uuid references person on delete set null,  -- who decided
  action          text not null check (action in (
    'moved_up',                                    -- on the waiting list
    'handed_over',                                 -- the seat went to a named colleague
    'withdrawn',
    'calendar_declined')),                         -- by nobody here: the person said no in their calendar
  reason          text not null,                   -- may be empty where something was withdrawn
  created_at      timestamptz not null
);
create index registration_note_registration on registration_note (registration_id, created_at);
create index registration_note_person on registration_note (person_id);

-- The two counters: statement triggers, so that a batch costs one update. The CHECK on the counter is the last guard.
create function count_seats() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    update convening c set taken = c.taken + d.n
      from (select convening_id, count(*) n from new_rows where seated group by 1) d where c.id = d.convening_id;
  elsif tg_op = 'UPDATE' then
    update convening c set taken = c.taken + d.n
      from (select convening_id, sum(n) n from (
              select convening_id, 1 n from new_rows where seated
              union all select convening_id, -1 from old_rows where seated) both_sides
            group by 1 having sum(n) <> 0) d
     where c.id = d.convening_id;
  else
    update convening c set taken = c.taken - d.n
      from (select convening_id, count(*) n from old_rows where seated group by 1) d where c.id = d.convening_id;
  end if;
  return null;
end $$;
create trigger count_seats_new after insert on registration
  referencing new table as new_rows for each statement execute function count_seats();
create trigger count_seats_changed after update on registration
  referencing old table as old_rows new table as new_rows for each statement execute function count_seats();
create trigger count_seats_gone after delete on registration
  referencing old table as old_rows for each statement execute function count_seats();

create function count_places() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then                      -- first, or a row of a full session could not be touched
    update session s set taken = s.taken - d.n
      from (select session_id, count(*) n from old_rows where placed group by 1) d where s.id = d.session_id;
  end if;
  if tg_op <> 'DELETE' then
    update session s set taken = s.taken + d.n
      from (select session_id, count(*) n from new_rows where placed group by 1) d where s.id = d.session_id;
  end if;
  return null;
end $$;
create trigger count_places_new after insert on registration_session
  referencing new table as new_rows for each statement execute function count_places();
create trigger count_places_changed after update on registration_session
  referencing old table as old_rows new table as new_rows for each statement execute function count_places();
create trigger count_places_gone after delete on registration_session
  referencing old table as old_rows for each statement execute function count_places();

-- -------------------------------------------------------------------------------------------------------- coaching

-- A time at a convening that a coach keeps for one conversation; a live booking takes it.
create table coach_slot (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  coach_id     uuid not null references person on delete cascade,  -- whoever coaches no more offers nothing
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  place        text not null default '',
  audience     text not null check (audience in (
    'own',                                         -- members whose coach they are
    'network')),                                   -- every member who comes to the convening
  first_day    date not null,                      -- of the convening, as it was then: slots move along with it
  time_zone    text not null,                      -- in which its time was meant
  removed_at   timestamptz,                        -- taken away; null: it stands
  created_at   timestamptz not null,
  constraint slot_ends_after_start check (ends_at > starts_at)
);
create index coach_slot_convening on coach_slot (convening_id, starts_at, id);
create index coach_slot_coach on coach_slot (coach_id, starts_at);

-- A member's conversation with a coach.
create table coach_booking (
  id              uuid primary key,
  slot_id         uuid not null references coach_slot on delete cascade,  -- another one once it was moved
  registration_id uuid not null references registration on delete cascade,
  member_id       uuid not null references person on delete cascade,
  state           text not null default 'booked' check (state in (
    'booked',                                      -- the slot is theirs
    'cancelled')),                                 -- it is free again, or was taken away
  ended_by        text check (ended_by in (
    'member',                                      -- on their page
    'calendar',                                    -- they declined in their calendar, and it was surely they
    'coach',
    'organizer',
    'registration',                                -- they do not come any more
    'convening')),                                 -- it does not take place, or not on that day
  words           text not null default '',        -- what whoever cancelled says to the other
  created_at      timestamptz not null,
  changed_at      timestamptz not null,
  constraint ended_by_somebody check ((state = 'cancelled') = (ended_by is not null))
);
create unique index no_slot_sold_twice on coach_booking (slot_id) where state = 'booked';
create index coach_booking_slot on coach_booking (slot_id);
create index coach_booking_registration on coach_booking (registration_id);
create index coach_booking_member on coach_booking (member_id);
create index coach_booking_says on coach_booking (slot_id) where words <> '';

-- What a coach writes about one member: read by the coach, and by the member where it is shared; by nobody else.
create table coach_note (
  id         uuid primary key,
  coach_id   uuid not null references person on delete cascade,
  member_id  uuid not null references person on delete cascade,
  booking_id uuid references coach_booking on delete set null,  -- about this conversation; null: about none
  sealed     bytea not null,                       -- encrypted by the application with PLENARY_FIELD_KEYS
  shared     boolean not null default false,       -- the member reads it too
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index coach_note_pair on coach_note (coach_id, member_id, created_at, id);
create index coach_note_member on coach_note (member_id, created_at, id);
create index coach_note_booking on coach_note (booking_id) where booking_id is not null;
create index coach_note_age on coach_note (changed_at);

-- ---------------------------------------------------------------------------------------------------------- panels

-- What a panel may talk about. `areas` are the eight protected areas of 20 U.S.C. 1232h that a talk about it could touch.
create table topic (
  code           text primary key check (code ~ '^[a-z]+(_[a-z]+)*$'),
  label          jsonb not null check (label ? 'en'),  -- words by language
  prompt         text not null default '',         -- how the moderator may begin
  areas          int[] not null default '{}' check (areas <@ '{1,2,3,4,5,6,7,8}'),
  state_flags    text[] not null default '{}',     -- states whose law asks for a second look
  explicit_optin boolean not null default false    -- starts at no, for guardian and student
);

create table panel (
  id             uuid primary key,
  session_id     uuid not null unique references session,
  moderator_id   uuid references person on delete set null,
  seats          int not null check (seats between 0 and 100),
  taken          int not null default 0,           -- seats of cleared students; kept by a trigger alone
  recording      text not null default 'none' check (recording in (
    'none',
    'staff_notes',                                 -- written notes, kept by staff
    'network',                                     -- video for the network
    'public')),                                    -- video for everybody
  audience_rules text not null default '',
  locked_at      timestamptz,                      -- when the clock locked the roster, three days before; null: not yet
  created_at     timestamptz not null,
  constraint no_panel_seat_twice check (taken between 0 and seats)
);
create index panel_moderator on panel (moderator_id);

create table panel_topic (
  panel_id   uuid not null references panel on delete cascade,
  topic_code text not null references topic,
  ordinal    int not null,
  primary key (panel_id, topic_code)
);
create index panel_topic_topic on panel_topic (topic_code);

-- Places that a school may fill until a day.
create table panel_hold (
  panel_id   uuid not null references panel on delete cascade,
  school_id  uuid not null references school,
  places     int not null check (places > 0),
  held_until timestamptz not null,
  released_at timestamptz,                         -- when the clock gave the unused ones to anybody
  primary key (panel_id, school_id)
);
create index panel_hold_school on panel_hold (school_id);

-- A student whom a school asks for a panel. Before somebody signs only five things are known (F3): name, grade, school, and the
-- guardian's contact and language, which stand with the consent. A printed slip has none of them, only a label.
create table signup (
  id             uuid primary key,
  panel_id       uuid not null references panel,
  school_id      uuid not null references school,
  queue_number   bigint not null generated by default as identity,  -- the order of alternates
  label          text not null,                    -- what the school's list calls it: the name, or "Slip 3"
  name           text not null default '',
  grade          int check (grade between 1 and 13),
  basis          text check (basis in (            -- why the school may give us the data (34 CFR 99.30, 99.31)
    'directory',                                   -- directory information, opt-outs were checked
    'consent_on_file',                             -- the family agreed in writing
    'family',                                      -- the family wrote it itself, on the page of a printed slip
    'school_official')),                           -- an agreement under which we do a job of the school's
  signs_for_self boolean not null default false,   -- of age by the state's table: no guardian is asked
  signers_needed int not null default 1 check (signers_needed in (1, 2)),  -- a district may ask for two guardians
  withdrawn_at   timestamptz,                      -- by the school; a family's withdrawal stands with its consent
  placed_at      timestamptz,                      -- since when a place is theirs; null: an alternate, or no longer under way
  lapsed_at      timestamptz,                      -- the roster was locked before everything was there: only a paper that a
                                                   -- guardian signs in person brings them back
  deadline_at    timestamptz not null,
  asked_for      date,                             -- the convening's first day as the family knows it; the deadline follows it
  slip_generation int not null default 0,          -- raising it revokes the printed slip
  created_by     uuid references person on delete set null,
  created_at     timestamptz not null,
  constraint basis_for_typed_data check (basis is not null or (name = '' and grade is null))
);
create index signup_panel on signup (panel_id, queue_number);
create index signup_school on signup (school_id);
create index signup_created_by on signup (created_by);

-- -------------------------------------------------------------------------------------------------------- consents

-- A text that people sign. All languages of a version share its number; once published nothing of it changes.
create table consent_version (
  id           uuid primary key,
  template     text not null check (template in ('panelist', 'assent', 'esign')),
  number       int not null check (number > 0),
  created_at   timestamptz not null,
  published_at timestamptz,                        -- null: a draft
  is_material  boolean not null default false,     -- published as a change of meaning: who signed an older one was asked again
  unique (template, number)
);

create table consent_text (
  version_id  uuid not null references consent_version on delete cascade,
  language    text not null check (language ~ '^[a-z]{2,3}$'),
  body        text not null,                       -- Markdown with {{variables}}
  is_machine  boolean not null default false,      -- a draft by a machine: it needs a named person before it is published
  approved_by text not null default '',            -- who answers for the translation
  approved_at timestamptz,
  primary key (version_id, language)
);

create function keep_published_text() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from consent_version v where v.id = coalesce(old.version_id, new.version_id) and v.published_at is not null) then
    raise exception 'a published text stays as it is' using errcode = 'insufficient_privilege';
  end if;
  return coalesce(new, old);
end $$;
create trigger consent_text_stays before update or delete on consent_text
  for each row execute function keep_published_text();
create trigger consent_text_whole before insert on consent_text
  for each row execute function keep_published_text();

create function keep_published_version() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.published_at is not null then
    raise exception 'a published version stays as it is' using errcode = 'insufficient_privilege';
  end if;
  return coalesce(new, old);
end $$;
create trigger consent_version_stays before update or delete on consent_version
  for each row execute function keep_published_version();

-- What students are asked after an event. A yes to the survey is a yes to exactly one version (P2); once published it stays.
create table student_questions (
  version      int primary key check (version > 0),
  questions    jsonb not null check (jsonb_typeof(questions) = 'array'),  -- in order: code, kind, words by language, areas
  created_at   timestamptz not null,
  published_at timestamptz,                        -- null: a draft
  constraint published_is_tagged check (published_at is null  -- each says which protected areas it could touch (P1)
    or not jsonb_path_exists(questions, '$[*] ? (!exists(@.areas) || @.areas.type() != "array")'))
);
create trigger student_questions_stay before update or delete on student_questions
  for each row execute function keep_published_version();

-- What one signer was asked and answered: a guardian, a second one, or a student who signs for themselves.
create table consent (
  id             uuid primary key,
  signup_id      uuid not null references signup on delete cascade,
  signer         text not null check (signer in ('guardian', 'second_guardian', 'student')),
  name           text not null default '',
  email          text not null default '',
  phone          text not null default '',
  address_by     text not null default 'school' check (address_by in (  -- who gave the mail address
    'school',                                      -- so a code sent there shows who signs
    'family')),                                    -- typed by whoever held the slip: it shows nothing of that kind
  language       text not null default 'en' check (language ~ '^[a-z]{2,3}$'),
  version_id     uuid references consent_version,  -- the version that was signed, or asked with
  state          text not null default 'draft' check (state in (
    'draft',                                       -- named, not asked
    'asked',                                       -- the mail or slip is out
    'opened',                                      -- the page was opened with the link
    'signed_unverified',                           -- signed, but not yet known by whom: the school confirms
    'signed',
    'signed_paper',                                -- on paper, looked at by a named person; counts as signed
    'refused',                                     -- said no
    'on_hold_objection',                           -- a guardian objects: the district decides
    'expired',                                     -- the deadline passed without an answer
    'withdrawn',                                   -- took the yes back
    'superseded')),                                -- a new version asks again
  state_before   text,                             -- while an objection holds everything up: what it was, and is again
  joins          boolean,                          -- the answer to "may join the panel"; null: not answered
  answers        jsonb,                            -- the separate answers
  survey_version int references student_questions, -- the questions of the survey that the answer about it is about
  capacity       text check (capacity in ('parent', 'legal_guardian', 'foster_parent', 'relative_caregiver',
                                          'district_designated_adult', 'student', 'emancipated_student')),
  signed_at      timestamptz,
  valid_until    timestamptz,                      -- the birthday from which the student signs; null: nobody said when
  generation     int not null default 0,           -- raising it revokes the link
  created_at     timestamptz not null,
  changed_at     timestamptz not null,
  unique (signup_id, signer),
  constraint signed_is_whole check (state not in ('signed_unverified', 'signed', 'signed_paper')
    or (joins is not null and signed_at is not null and version_id is not null and capacity is not null))
);
create index consent_version_used on consent (version_id);
create index consent_survey_used on consent (survey_version);

-- A family asks for an interpreter: a task for an adult, done when somebody says who interpreted. Never a student.
create table interpreter_request (
  id          uuid primary key,
  consent_id  uuid not null references consent on delete cascade,
  language    text not null check (language ~ '^[a-z]{2,3}$'),
  phone       text not null default '',
  asked_at    timestamptz not null,
  done_at     timestamptz,
  interpreter text not null default '',            -- whose name stands in the proof
  role        text not null default '',            -- as what they interpret
  done_by     uuid references person on delete set null,
  constraint done_by_somebody check ((done_at is null) = (interpreter = ''))
);
create unique index interpreter_wanted_once on interpreter_request (consent_id) where done_at is null;
create index interpreter_request_consent on interpreter_request (consent_id);
create index interpreter_request_done_by on interpreter_request (done_by);

-- Somebody is about to sign or wants to see a copy: six digits mailed to the signer's address. As with a sign-in, the code is made
-- from our secret, the id and the nonce, and only its hash is kept.
create table consent_code (
  id          uuid primary key,
  consent_id  uuid not null references consent on delete cascade,
  nonce       bytea,                               -- null: used or given up, and the mail is no longer wanted
  code_hash   bytea not null,
  wrong_codes int not null default 0 check (wrong_codes between 0 and 5),
  created_at  timestamptz not null,
  expires_at  timestamptz not null
);
create index consent_code_newest on consent_code (consent_id, created_at desc);
create index consent_code_age on consent_code (created_at);

-- More time for one family between the deadline and the lock of the roster. It never stands for a yes.
create table signup_extension (
  id         uuid primary key,
  signup_id  uuid not null references signup on delete cascade,
  until      timestamptz not null,
  reason     text not null check (reason <> ''),
  person_id  uuid references person on delete set null,
  created_at timestamptz not null
);
create index signup_extension_signup on signup_extension (signup_id);
create index signup_extension_person on signup_extension (person_id);

-- The student's own yes or no.
create table assent (
  signup_id   uuid primary key references signup on delete cascade,
  state       text not null default 'not_asked' check (state in (
    'not_asked', 'asked',
    'yes', 'no',
    'talk_first')),                                -- wants to talk with somebody first
  name_use    text not null default 'first_only' check (name_use in ('full', 'first_only', 'made_up')),
  made_up     text not null default '',
  topics      jsonb not null default '{}',         -- by topic: green, yellow or red
  generation  int not null default 0,              -- of the slip that counts now
  answered_with int not null default 0,            -- of the slip that the newest answer came with: it can only say no then
  version_id  uuid references consent_version,     -- the text that was answered
  answered_at timestamptz,
  constraint answered_when check (state in ('not_asked', 'asked') or answered_at is not null)
);

create index assent_version_used on assent (version_id);

-- Who may be on a stage. Only the triggers below write it; a seat hangs on it.
create table clearance (
  signup_id   uuid primary key references signup on delete cascade,
  valid_until timestamptz                          -- from then on the student is asked themselves
);

create table seat (
  signup_id  uuid primary key references clearance on delete cascade,
  panel_id   uuid not null references panel,
  created_at timestamptz not null
);
create index seat_panel on seat (panel_id);

-- Whether a text of a template means something else by now than it did in this version (null: nobody wrote which it was). What
-- was agreed to before a roster was locked stands for as long as it is.
create function is_outdated(version uuid, of_template text, locked timestamptz) returns boolean language sql stable
  set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from consent_version m
     where m.template = of_template and m.is_material and m.published_at < coalesce(locked, 'infinity')
       and m.number > coalesce((select v.number from consent_version v where v.id = version and v.template = of_template), 0)) $$;

create function clear_or_not(which uuid) returns void language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  needed int;
  alone boolean;
  locked timestamptz;
  cleared boolean;
  until timestamptz;
begin
  select u.signers_needed, u.signs_for_self, p.locked_at into needed, alone, locked
    from signup u join panel p on p.id = u.panel_id
   where u.id = which and u.withdrawn_at is null and u.lapsed_at is null for update of u;
  select found
     and exists (select from assent a where a.signup_id = which and a.state = 'yes'
                    and not is_outdated(a.version_id, 'assent', locked))
     and not exists (select from consent c where c.signup_id = which and c.signer <> 'student' and not alone
                        and (c.state in ('refused', 'withdrawn', 'on_hold_objection')
                             or c.state in ('signed', 'signed_paper') and not c.joins))
     and (select count(*) from consent c where c.signup_id = which and c.joins and c.state in ('signed', 'signed_paper')
             and (c.signer = 'student') = alone and not is_outdated(c.version_id, 'panelist', locked))
         >= case when alone then 1 else needed end
    into cleared;
  select min(c.valid_until) into until from consent c
   where c.signup_id = which and c.signer <> 'student' and not alone and c.state in ('signed', 'signed_paper');
  if cleared then
    insert into clearance values (which, until) on conflict (signup_id) do update set valid_until = excluded.valid_until;
  else
    delete from clearance where signup_id = which;
  end if;
end $$;
revoke execute on function clear_or_not from public;

create function consent_or_assent_changed() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then perform clear_or_not(old.signup_id); end if;
  if tg_op <> 'DELETE' then perform clear_or_not(new.signup_id); end if;
  return null;
end $$;
create trigger consent_clears after insert or update or delete on consent
  for each row execute function consent_or_assent_changed();
create trigger assent_clears after insert or update or delete on assent
  for each row execute function consent_or_assent_changed();

create function signup_changed() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform clear_or_not(new.id);
  return null;
end $$;
create trigger signup_clears after update of withdrawn_at, lapsed_at, signers_needed, signs_for_self on signup
  for each row execute function signup_changed();

-- A new meaning, or a roster that is open again, clears nobody by a yes to the older text.
create function meaning_changed() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform clear_or_not(k.signup_id) from clearance k join signup u on u.id = k.signup_id join panel p on p.id = u.panel_id
   where p.locked_at is null and (tg_table_name <> 'panel' or p.id = new.id) order by k.signup_id;
  return null;
end $$;
create trigger version_clears_again after insert or update of published_at, is_material on consent_version
  for each row when (new.is_material and new.published_at is not null) execute function meaning_changed();
create trigger panel_clears_again after update of locked_at on panel
  for each row when (new.locked_at is null and old.locked_at is not null) execute function meaning_changed();

-- Families agree to one panel with its topics; for another one they are asked anew.
create function stay_on_panel() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception 'a sign-up stays with its panel' using errcode = 'check_violation';
end $$;
create trigger signup_stays_on_panel before update of panel_id on signup
  for each row when (new.panel_id <> old.panel_id) execute function stay_on_panel();

create function seat_where_signed_up() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from signup s where s.id = new.signup_id and s.panel_id = new.panel_id) then
    raise exception 'a seat is on the panel that the student is signed up for' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger seat_on_own_panel before insert or update on seat for each row execute function seat_where_signed_up();

create function count_panel_seats() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    update panel set taken = taken + 1 where id = new.panel_id;
  else
    update panel set taken = taken - 1 where id = old.panel_id;
  end if;
  return null;
end $$;
create trigger count_panel_seats after insert or delete on seat for each row execute function count_panel_seats();

-- Each sign-up as its school and the organizer speak of it: under way while a yes can still come, or has come.
create view signup_standing with (security_invoker = true) as
  select s.id, s.panel_id, s.school_id, s.queue_number, s.placed_at,
         exists (select from seat t where t.signup_id = s.id) as is_seated,
         exists (select from clearance k where k.signup_id = s.id) as is_cleared,
         s.withdrawn_at is null and s.lapsed_at is null
           and not exists (select from consent c where c.signup_id = s.id and (c.signer = 'student') = s.signs_for_self
                              and (c.state in ('refused', 'withdrawn')
                                   or c.state = 'expired' and (c.signer <> 'second_guardian' or s.signers_needed > 1)
                                   or c.state in ('signed_unverified', 'signed', 'signed_paper') and not c.joins))
           and coalesce((select a.state <> 'no' from assent a where a.signup_id = s.id), true) as is_under_way
    from signup s;

-- Each signer as the mail to them sees it: `state` is null while nothing may be asked of them (the school or the student
-- withdrew, a guardian said no or objects, or it is another who signs).
create view family_mail with (security_invoker = true) as
  select c.id, c.generation, lower(c.email) as email_key, t.is_seated,
         case when t.is_under_way and (c.signer = 'student') = u.signs_for_self
                   and (u.signs_for_self or not exists (select from consent o where o.signup_id = c.signup_id
                                                           and o.state = 'on_hold_objection'))
              then c.state end as state
    from consent c join signup u on u.id = c.signup_id join signup_standing t on t.id = c.signup_id;

-- What proves a signature: one chain for each sign-up. The chain holds hashes only, so that a body can be erased and the chain
-- still verifies.
create table evidence (
  id            uuid primary key,
  signup_id     uuid not null,                     -- no reference: the proof outlives the sign-up
  ordinal       int not null check (ordinal > 0),
  consent_id    uuid,
  kind          text not null check (kind in (
    'signed', 'signed_paper', 'confirmed', 'refused', 'objected', 'resolved', 'withdrawn', 'assented', 'declined',
    'document',                                    -- the PDF's hash
    'scan',                                        -- the body is the scanned paper itself
    'erased')),                                    -- a tombstone: what was erased, when, by whom
  body_hash     bytea not null,                    -- sha256 of the body
  previous_hash bytea not null,
  hash          bytea not null unique,
  created_at    timestamptz not null,
  unique (signup_id, ordinal)
);
create table evidence_body (
  evidence_id uuid primary key references evidence,
  body        bytea not null                       -- the exact text, answers and circumstances, as JSON; or a scan
);
create trigger evidence_only_grows before update or delete or truncate on evidence
  for each statement execute function refuse_change();

-- How each chain ends: only the trigger writes it, and only onwards. So a chain that was cut short, or is gone, is seen.
create table evidence_head (
  signup_id uuid primary key,                      -- no reference: see evidence
  ordinal   int not null,
  hash      bytea not null
);
create function evidence_went_on() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into evidence_head values (new.signup_id, new.ordinal, new.hash)
  on conflict (signup_id) do update set ordinal = excluded.ordinal, hash = excluded.hash;
  return null;
end $$;
create trigger evidence_moves_its_head after insert on evidence for each row execute function evidence_went_on();
create function refuse_going_back() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.signup_id <> old.signup_id or new.ordinal <= old.ordinal then
    raise exception '% only goes on', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger evidence_head_goes_on before update on evidence_head for each row execute function refuse_going_back();
create trigger evidence_head_stays before delete or truncate on evidence_head
  for each statement execute function refuse_change();
create function refuse_rewriting() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception '% is never rewritten', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger evidence_body_stays before update on evidence_body
  for each statement execute function refuse_rewriting();

-- The birthday from which a student signs, where it is known which guardian wrote it (E3): by a code, on paper, or because the
-- school called.
create view known_birthday with (security_invoker = true) as
  select c.id as consent_id, c.signup_id, c.valid_until
    from consent c join lateral (
      select e.kind, convert_from(b.body, 'UTF8')::jsonb -> 'origin' ->> 'factor' as factor
        from evidence e join evidence_body b on b.evidence_id = e.id
       where e.signup_id = c.signup_id and e.consent_id = c.id and e.kind in ('signed', 'signed_paper', 'confirmed')
       order by e.ordinal desc limit 1) proof on true
   where c.signer <> 'student' and c.valid_until is not null and (proof.kind <> 'signed' or proof.factor = 'code_by_mail');

-- What helpers must know about a student on the day, each field encrypted by the application and bound to its row (see
-- docs/field-keys.md). Each signer has their own, behind a signature with a yes and never before (F3); with the yes it goes.
create table day_fact (
  consent_id uuid not null references consent on delete cascade,
  field      text not null check (field in (
    'reach',                                       -- the signer's own number on that day
    'emergency',                                   -- two people beside the guardian
    'collectors',                                  -- who may collect the student
    'do_not_release',                              -- to whom the student is never given: one guardian's own entries
    'allergies',
    'injector',                                    -- an auto-injector, and who carries it
    'medication',                                  -- only what is needed during the event
    'diet',
    'travel')),
  sealed     bytea not null check (octet_length(sealed) >= 288),
  changed_at timestamptz not null,
  primary key (consent_id, field)
) with (                                           -- what was deleted is cleared away at the next look of autovacuum,
  autovacuum_vacuum_scale_factor = 0,              -- however little it was
  autovacuum_vacuum_threshold = 1
);

create function day_fact_behind_a_yes() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from consent c join signup u on u.id = c.signup_id
                  where c.id = new.consent_id and c.joins and c.state in ('signed_unverified', 'signed', 'signed_paper')
                    and u.withdrawn_at is null and (c.signer = 'student') = u.signs_for_self) then
    raise exception 'facts of the day stand behind a signature' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger day_fact_needs_a_yes before insert on day_fact for each row execute function day_fact_behind_a_yes();

create function forget_facts_without_a_yes() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.joins is false or new.state in ('refused', 'withdrawn', 'expired') then
    delete from day_fact where consent_id = new.id;
  elsif old.state = 'signed_unverified' and (new.state = 'superseded'
      or new.state in ('signed', 'signed_paper') and new.signed_at is distinct from old.signed_at) then
    delete from day_fact where consent_id = new.id and field in ('reach', 'emergency', 'collectors');
  end if;
  return null;
end $$;
create trigger consent_forgets after update of state, joins on consent
  for each row execute function forget_facts_without_a_yes();

create function forget_facts_off_the_list() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from day_fact f using consent c
   where c.id = f.consent_id and c.signup_id = new.id
     and (new.withdrawn_at is not null or (c.signer = 'student') <> new.signs_for_self);
  return null;
end $$;
create trigger signup_forgets after update of withdrawn_at, signs_for_self on signup
  for each row execute function forget_facts_off_the_list();

-- An organizer broke the glass: looked at a student's health facts without being the safety lead, and said why.
create table glass_break (
  id         uuid primary key,
  signup_id  uuid not null references signup on delete cascade,
  person_id  uuid references person on delete set null,
  reason     text not null,                        -- empty: forgotten together with the facts
  created_at timestamptz not null
);
create index glass_break_signup on glass_break (signup_id);
create index glass_break_person on glass_break (person_id);

-- Who outside the school saw or got what about a student (34 CFR 99.32).
create table disclosure (
  id         uuid primary key,
  signup_id  uuid not null,
  person_id  uuid,                                 -- who; null: a program, or the product itself for the reason in `purpose`
  caller     text not null default '',             -- a program: the name of its token
  fields     text[] not null,
  purpose    text not null,
  created_at timestamptz not null
);
create index disclosure_signup on disclosure (signup_id, created_at);
create trigger disclosure_only_grows before update or delete or truncate on disclosure
  for each statement execute function refuse_change();

-- ------------------------------------------------------------------------------------------------------- documents

-- A PDF that is owed or made. Workers claim it here; no queue knows of it. What was made is never made again, and never changed;
-- it goes when what it shows is erased.
create table document (
  id          uuid primary key,
  kind        text not null check (kind in (
    'signed_form',                                 -- a copy for whoever signed
    'certificate')),                               -- of attendance
  subject_id  uuid not null,                       -- what it shows: the entry of the evidence, or the certificate
  state       text not null default 'owed' check (state in (
    'owed',                                        -- to be made, from next_at on
    'making',                                      -- claimed by a worker until lease_until
    'made',
    'failed')),                                    -- given up: a person must look
  attempt     int not null default 0,
  next_at     timestamptz not null,
  lease_token uuid,
  lease_until timestamptz,
  error       text not null default '',            -- why the last attempt failed, without a word of the document
  pdf         bytea,
  created_at  timestamptz not null,
  made_at     timestamptz,
  unique (kind, subject_id),
  constraint leased_when_making check (state <> 'making' or (lease_token is not null and lease_until is not null)),
  constraint made_is_whole check ((state = 'made') = (pdf is not null and made_at is not null) and (state = 'made' or pdf is null))
);
create index document_owed on document (next_at) where state = 'owed';
create index document_making on document (lease_until) where state = 'making';
create index document_subject on document (subject_id);
create index document_failed on document (created_at) where state = 'failed';
create trigger document_stays before update on document for each row when (old.state = 'made')
  execute function refuse_rewriting();

-- ------------------------------------------------------------------------------------------------------ attendance

-- What stands in the code of a badge: random, ten letters and digits that are not mistaken for one another (Crockford's 32),
-- of the fifty bits none says anything. Whoever has a seat has one, by whatever road they came to it.
create function new_badge_code() returns text language plpgsql volatile
  set search_path = pg_catalog, public, pg_temp as $$
declare
  random bytea := uuid_send(gen_random_uuid());
begin
  return (select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(random, place) & 31), 1), '')
            from unnest('{0,1,2,3,4,5,9,10,11,12}'::int[]) as place);
end $$;

create table badge (
  code            text primary key check (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
  registration_id uuid references registration on delete cascade,
  signup_id       uuid references signup on delete cascade,
  is_void         boolean not null default false,  -- the student's seat is gone; the badge is still recognised
  constraint badge_of_one check (num_nonnulls(registration_id, signup_id) = 1)
);
create unique index badge_of_registration on badge (registration_id) where registration_id is not null;
create unique index badge_of_student on badge (signup_id) where signup_id is not null and not is_void;
create index badge_signup on badge (signup_id) where signup_id is not null;

create function give_badges() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into badge (code, registration_id)
  select new_badge_code(), n.id from new_rows n
    left join lateral (select registration_id from badge where registration_id = n.id offset 0) b on true
   where n.state = 'confirmed' and b.registration_id is null;
  return null;
end $$;
create trigger give_badges_new after insert on registration
  referencing new table as new_rows for each statement execute function give_badges();
create trigger give_badges_changed after update on registration
  referencing new table as new_rows for each statement execute function give_badges();

create function give_or_void_badge() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into badge (code, signup_id) values (new_badge_code(), new.signup_id);
  else
    update badge set is_void = true where signup_id = old.signup_id and not is_void;
  end if;
  return null;
end $$;
create trigger seat_has_a_badge after insert or delete on seat for each row execute function give_or_void_badge();

-- How many minors an adult may look after at a convening, and how many adults there must be at least; no row: 10 and 2.
create table supervision (
  convening_id     uuid primary key references convening on delete cascade,
  minors_per_adult int not null check (minors_per_adult between 1 and 30),
  least_adults     int not null check (least_adults between 1 and 20)
);

-- A student who stands at the door and is on no list of ours. Never checked in: an incident until somebody signs them out.
create table unlisted_minor (
  id           uuid primary key,                   -- made by the device
  convening_id uuid not null references convening on delete cascade,
  called       text not null,                      -- what the desk calls them
  created_at   timestamptz not null
);
create index unlisted_minor_convening on unlisted_minor (convening_id);

-- What a device at the door or at a room reported, in whatever order and however often it came. Presence follows from these
-- rows alone; they only grow. Which of them are taken back stands in scan_undo.
create table scan (
  id              uuid primary key,                -- made by the device: the same scan twice is one row
  convening_id    uuid not null references convening on delete cascade,
  registration_id uuid references registration on delete cascade,
  signup_id       uuid references signup on delete cascade,
  unlisted_id     uuid references unlisted_minor on delete cascade,
  session_id      uuid references session on delete cascade,  -- null: the door of the house
  direction       text not null check (direction in ('in', 'out')),
  at              timestamptz not null,            -- when it happened, by our clock
  device_at       timestamptz not null,            -- the same as the device's clock had it
  received_at     timestamptz not null,
  device          text not null,
  person_id       uuid references person on delete set null,  -- who was signed in at the device; null: a program
  outcome         text not null check (outcome in (
    'recorded',
    'already',                                     -- somebody had said so before
    'refused')),                                   -- not let in; why stands in reason
  reason          text not null default '' check (reason in ('',
    'unknown_code',                                -- no badge of ours has this code, or nobody this id
    'elsewhere',                                   -- of another convening
    'withdrawn',                                   -- gave the seat back, also while the device had no network
    'no_seat',                                     -- waits, was offered a seat, or did not confirm
    'not_cleared',                                 -- a student without a living yes: an incident, on site until signed out
    'no_such_session',
    'private_session',                             -- coaching: nobody writes down who is there
    'door_only',                                   -- students are signed in and out at the door
    'cancelled')),                                 -- the convening does not take place
  adult           text not null default '',        -- who brought or took a student, as the desk wrote it; forgotten in time
  release         text check (release in (         -- a student who goes
    'self',                                        -- alone, as the form allows
    'listed',                                      -- with an adult whom the family named
    'school',                                      -- with an adult of the school
    'decided',                                     -- the safety lead decided
    'unlisted')),                                  -- none of these: the safety lead hears of it at once
  id_checked      boolean not null default false,  -- somebody looked at a photo ID
  constraint scan_of_one check (num_nonnulls(registration_id, signup_id, unlisted_id) <= 1),
  constraint reason_when_refused check ((outcome = 'refused') = (reason <> '')),
  constraint nobody_at_coaching check (reason <> 'private_session'
                                       or num_nonnulls(registration_id, signup_id, unlisted_id, session_id) = 0)
);
create index scan_convening on scan (convening_id, session_id, at);
create index scan_registration on scan (registration_id, at) where registration_id is not null;
create index scan_signup on scan (signup_id, at) where signup_id is not null;
create index scan_unlisted on scan (unlisted_id, at) where unlisted_id is not null;
create index scan_session on scan (session_id) where session_id is not null;
create index scan_person on scan (person_id) where person_id is not null;
create index scan_adult on scan (convening_id) where adult <> '';

-- No uncleared student is ever checked in: not by a program, not by hand.
create function check_in_needs_clearance() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from seat t join clearance k on k.signup_id = t.signup_id
                  where t.signup_id = new.signup_id and (k.valid_until is null or k.valid_until > new.received_at)) then
    raise exception 'only a cleared student is checked in' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger student_checked_in_is_cleared before insert on scan for each row
  when (new.signup_id is not null and new.direction = 'in' and new.outcome <> 'refused') execute function check_in_needs_clearance();

-- A scan that was a slip of the finger. It may be known before the scan itself.
create table scan_undo (
  scan_id      uuid not null,                      -- no reference: see above
  convening_id uuid not null references convening on delete cascade,  -- one door takes nothing back of another's
  at           timestamptz not null,
  device       text not null,
  person_id    uuid references person on delete set null,
  primary key (scan_id, convening_id)
);
create index scan_undo_convening on scan_undo (convening_id);
create index scan_undo_person on scan_undo (person_id) where person_id is not null;

-- What scans say about presence: each that was not taken back, and of the refused ones those of students who are here all the
-- same. To be in a room is to be in the house.
create view presence with (security_invoker = true) as
  select s.id, s.convening_id, s.registration_id, s.signup_id, s.unlisted_id, s.session_id, s.direction, s.at, s.device,
         s.outcome, s.adult, s.release, s.id_checked, s.outcome <> 'refused' as let_in
    from scan s
   where (s.outcome <> 'refused' or s.reason = 'not_cleared')
     and not exists (select from scan_undo u where u.scan_id = s.id and u.convening_id = s.convening_id);

-- The last word about each minor at the door: they are here until somebody signs them out, however many nights that takes.
create view minor_at_door with (security_invoker = true) as
  select distinct on (p.convening_id, p.signup_id, p.unlisted_id)
         p.convening_id, p.signup_id, p.unlisted_id, p.id as scan_id, p.direction, p.at, p.adult, p.release
    from presence p where p.signup_id is not null or p.unlisted_id is not null
   order by p.convening_id, p.signup_id, p.unlisted_id, p.at desc, (p.direction = 'out') desc, p.id desc;

-- What an organizer says instead of the scans, and why; the newest word counts.
create table attendance_correction (
  id              uuid primary key,
  registration_id uuid not null references registration on delete cascade,
  session_id      uuid references session on delete cascade,  -- null: whether they came at all
  minutes         int not null check (minutes between 0 and 1440),  -- of the session; of the house: 0 did not come, else came
  reason          text not null check (reason <> ''),
  person_id       uuid references person on delete set null,
  created_at      timestamptz not null
);
create index attendance_correction_registration on attendance_correction (registration_id, created_at);
create index attendance_correction_session on attendance_correction (session_id) where session_id is not null;
create index attendance_correction_person on attendance_correction (person_id) where person_id is not null;

-- An adult who came without a registration; the row makes the same four fields twice one registration.
create table walk_in (
  id              uuid primary key,                -- made by the device
  convening_id    uuid not null references convening on delete cascade,
  registration_id uuid references registration on delete cascade,  -- null: refused
  reason          text not null default '',        -- the code of the refusal
  created_at      timestamptz not null,
  constraint registered_or_refused check ((registration_id is null) = (reason <> ''))
);
create index walk_in_convening on walk_in (convening_id);
create index walk_in_registration on walk_in (registration_id) where registration_id is not null;

-- Under whose name hours are certified; no row: a certificate of attendance, and no state's credit.
create table credit_profile (
  convening_id    uuid primary key references convening on delete cascade,
  profile         text not null check (profile in ('generic_certificate', 'wa_clock_hours', 'ny_ctle', 'iacet_ceu')),
  provider        text not null default '',        -- the partner who is approved
  approval_number text not null default '',
  approval_year   int,                             -- of Washington: begins on October 1 of this year
  approved_on     date,                            -- when the course was approved
  content_share   int check (content_share between 0 and 100),  -- of New York: per cent content; the rest is pedagogy and language
  confirmed       boolean not null default false   -- the partner said so in writing
);

-- Fewer hours than somebody attended, by their own wish.
create table credit_claim (
  registration_id uuid primary key references registration on delete cascade,
  quarters        int not null check (quarters >= 0),  -- of an hour
  claimed_at      timestamptz not null
);

-- What was certified, word for word; another one replaces it and nothing changes it.
create table certificate (
  id              uuid primary key,                -- random: whoever has it may look it up
  registration_id uuid not null references registration on delete cascade,
  number          int not null check (number > 0), -- 1, then what replaced it
  profile         text not null,
  quarters        int not null check (quarters >= 0),
  body            jsonb not null,                  -- names, sessions, minutes, the partner, as they were
  issued_at       timestamptz not null,
  replaced_at     timestamptz,
  unique (registration_id, number)
);
create unique index certificate_valid on certificate (registration_id) where replaced_at is null;

-- --------------------------------------------------------------------------------------------------------- keeping

-- A list of students that somebody took along as a file (34 CFR 99.33). No kind is for marketing or for sale, and none can be added
-- by whoever writes rows.
create table student_export (
  id           uuid primary key,                   -- stands in the file
  kind         text not null check (kind in (
    'roster',                                      -- who has a seat, by badge name, to run the panels
    'signup_list',                                 -- everyone asked, to run the panels
    'school_list',                                 -- a school's own students, for the school
    'attendance',                                  -- who was signed in and out, to keep the count of the day
    'disclosure_log')),                            -- who saw what about a school's students, for the school
  convening_id uuid,                               -- no references: what was taken along stays known
  school_id    uuid,
  person_id    uuid,
  students     int not null,
  created_at   timestamptz not null
);
create index student_export_listed on student_export (created_at, id);
create trigger student_export_only_grows before update or delete or truncate on student_export
  for each statement execute function refuse_change();

-- A photo, a recording or a quote of students that was published, each in one use that the answers must allow.
create table media_item (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  use          text not null check (use in (
    'photo_network', 'photo_public',               -- seen inside the network, or by everybody
    'recording_network', 'recording_public',
    'quote_without_name', 'quote_with_name')),
  title        text not null check (title <> ''),  -- says what it is and names nobody
  place        text not null check (place <> ''),  -- where it is published: an address, or words
  day          date not null,                      -- when it was published
  created_by   uuid references person on delete set null,
  created_at   timestamptz not null
);
create index media_item_convening on media_item (convening_id, day, id);
create index media_item_created_by on media_item (created_by);

-- Who is in it. Whether it may stay is never stored: it follows from today's answers. Since when it may not is remembered, so that
-- nothing that happens later gives more time.
create table media_student (
  item_id   uuid not null references media_item on delete cascade,
  signup_id uuid not null,                         -- no reference: what must come down outlives the sign-up
  barred_at timestamptz,                           -- since when it may not stay, as the clock or a deletion saw it
  down_at   timestamptz,                           -- taken down, or made so that the student is not in it
  down_by   uuid references person on delete set null,
  primary key (item_id, signup_id)
);
create index media_student_signup on media_student (signup_id);
create index media_student_down_by on media_student (down_by);

-- What a family asks a person for; the law gives 45 days (34 CFR 99.10).
create table student_request (
  id           uuid primary key,
  signup_id    uuid not null,                      -- no reference: that it was done stays known
  convening_id uuid not null references convening on delete cascade,
  kind         text not null check (kind in (
    'everything',                                  -- to see, or to have explained, what we hold
    'correction',                                  -- something is wrong
    'erasure')),                                   -- to delete it, where the page could not do so by itself
  asked_at     timestamptz not null,
  due_at       timestamptz not null,
  done_at      timestamptz,
  done_by      uuid references person on delete set null,
  consent_id   uuid                                -- which signer asked, no reference either; null: whoever holds the slip
);
create unique index student_request_open on student_request (signup_id, consent_id, kind) nulls not distinct where done_at is null;
create index student_request_convening on student_request (convening_id, due_at);
create index student_request_done_by on student_request (done_by);

-- While it lasts nothing of these students is deleted: somebody's counsel said so. It also keeps what mails about them said, and
-- codes. It does not keep what somebody takes back, which goes at once: facts of the day without a yes, answers before a no.
create table legal_hold (
  id           uuid primary key,
  convening_id uuid references convening on delete cascade,  -- null: of all convenings
  reason       text not null check (reason <> ''),
  begun_by     uuid references person on delete set null,
  begun_at     timestamptz not null,
  ended_by     uuid references person on delete set null,
  ended_at     timestamptz
);
create unique index legal_hold_running on legal_hold (convening_id) nulls not distinct where ended_at is null;
create index legal_hold_convening on legal_hold (convening_id);
create index legal_hold_begun_by on legal_hold (begun_by);
create index legal_hold_ended_by on legal_hold (ended_by);

-- Until when what belongs to a convening is kept is reckoned from its end; where a hold runs it stays.
create view convening_keeping with (security_invoker = true) as
  select c.id, c.ends_at,
         exists (select from legal_hold l where l.ended_at is null and (l.convening_id is null or l.convening_id = c.id)) as is_held
    from convening c;

create view held_signup with (security_invoker = true) as
  select u.id from convening_keeping k join session s on s.convening_id = k.id join panel p on p.session_id = s.id
    join signup u on u.panel_id = p.id where k.is_held;

-- A tombstone: a student of whom nothing is left. Ids and words of ours; it only grows.
create table erasure (
  id           uuid primary key,
  signup_id    uuid not null unique,
  school_id    uuid not null,
  convening_id uuid not null,
  ordered_by   text not null check (ordered_by in ('family', 'school', 'organizer', 'retention')),
  person_id    uuid,                               -- who of the school or of the organizers
  what         text[] not null,                    -- the kinds of data that went
  created_at   timestamptz not null
);
create index erasure_school on erasure (school_id, created_at);
create index erasure_convening on erasure (convening_id, created_at);
create trigger erasure_only_grows before update or delete or truncate on erasure
  for each statement execute function refuse_change();

-- What the nightly deletion did, and what it found afterwards that should not be there any more.
create table retention_run (
  night      date primary key,
  started_at timestamptz not null,
  gone       jsonb not null,                       -- rows by kind
  left_over  jsonb not null,                       -- the same; empty where all is as the public page says
  cleared    jsonb not null default '{}',          -- by table: when its dead rows were cleared away, and how
  ended_at   timestamptz                           -- null: it is under way, or broke off
);

-- A tombstone of an adult, ordered by an organizer. The person's row stays as an id that others' records point to, without a
-- name or an address, as long as anything points to it; so there is no reference.
create table person_erasure (
  id            uuid primary key,
  person_id     uuid not null unique,
  ordered_by    uuid,                              -- the organizer; null: a program with the environment's own token
  ordered_at    timestamptz not null,
  done_at       timestamptz,                       -- null: mails that take entries out of their calendar are still on their way
  what          text[] not null default '{}',      -- the kinds of data that went
  address_marks bytea[] not null default '{}'      -- of their addresses, keyed with our secret: who brings one back is told so
);
create index person_erasure_open on person_erasure (ordered_at) where done_at is null;
create index person_erasure_marks on person_erasure using gin (address_marks);
create function refuse_a_second_time() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.done_at is not null or (new.id, new.person_id, new.ordered_by, new.ordered_at)
     is distinct from (old.id, old.person_id, old.ordered_by, old.ordered_at) then
    raise exception '% is done once', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger person_erasure_is_done_once before update on person_erasure
  for each row execute function refuse_a_second_time();
create trigger person_erasure_stays before delete or truncate on person_erasure
  for each statement execute function refuse_change();

-- Certificates of somebody whose erasure is ordered: those of attendance alone, which no law asks anybody to keep.
create function forget_certificates(who uuid) returns setof uuid language sql security definer
  set search_path = pg_catalog, public, pg_temp as $$
  delete from certificate c using registration r
   where r.id = c.registration_id and r.person_id = who and c.profile = 'generic_certificate'
     and exists (select from person_erasure e where e.person_id = who)
  returning c.id $$;
revoke execute on function forget_certificates from public;

-- The one way in which an entry of the audit log goes: so many of the oldest, from before then, while no legal hold runs.
create function forget_audit(before timestamptz, most int) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare gone bigint;
begin
  perform set_config('plenary.forgetting', 'audit_entry', true);
  delete from audit_entry where id in (
    select a.id from audit_entry a where a.at < before and not exists (select from legal_hold l where l.ended_at is null)
     order by a.at, a.id limit most);
  get diagnostics gone = row_count;
  perform set_config('plenary.forgetting', '', true);
  return gone;
end $$;
revoke execute on function forget_audit from public;
-- ------------------------------------------------------------------------------------------------------- materials

-- Slides, handouts, recordings and links of a convening, or of one of its sessions. From when somebody sees one follows from the
-- convening's times; whether one that shows students may be seen follows from today's answers. Neither is stored.
create table material (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  session_id   uuid references session on delete set null,  -- null: of the whole convening
  kind         text not null check (kind in ('file', 'link')),
  title        text not null check (title <> ''),
  description  text not null default '',
  language     text not null default '',           -- a tag like "es"; empty: nobody said
  audience     text not null check (audience in (
    'organizers',                                  -- who organizes the convening, or moderates the session
    'seats',                                       -- and whoever has a seat
    'network',                                     -- and members, coaches and school contacts
    'public')),                                    -- everybody, on the convening's page
  chosen_only  boolean not null default false,     -- of those with a seat only who chose or attended the session
  shared       text not null check (shared in (
    'now',                                         -- as soon as the convening is published
    'day',                                         -- from the day on: of the session, else the first of the convening
    'after',                                       -- once the convening is over
    'moment')),                                    -- from shared_at on
  shared_at    timestamptz,
  ordinal      int not null,                       -- the order among those of the same session, or of the whole convening
  url          text not null default '',           -- of a link: https, on another host
  file_id      uuid unique,                        -- of the chunks; another one with each version; null: a link, or no file yet
  file_name    text not null default '',
  media_type   text not null default '',           -- what the file was found to be
  size         bigint not null default 0,          -- bytes
  sha256       bytea,
  media_id     uuid references media_item on delete cascade,  -- students are in it, as recorded there; null: somebody said none is
  created_by   uuid references person on delete set null,
  created_at   timestamptz not null,
  changed_at   timestamptz not null,               -- when the file or the address was put there last
  constraint link_has_an_address check ((kind = 'link') = (url <> '')),
  constraint file_is_whole check (num_nulls(file_id, sha256) in (0, 2) and (kind = 'file' or file_id is null)
                                  and (file_id is null) = (file_name = '')),
  constraint moment_is_said check ((shared = 'moment') = (shared_at is not null))
);
create index material_convening on material (convening_id, ordinal);
create index material_session on material (session_id);
create index material_media on material (media_id);
create index material_created_by on material (created_by);

-- The bytes of a file, in pieces of 256 KiB, so that nobody ever holds the whole of it. They are stored as they are: what is
-- uploaded is compressed already.
create table material_chunk (
  file_id     uuid not null,
  ordinal     int not null,
  content     bytea not null check (octet_length(content) between 1 and 262144),
  material_id uuid not null references material on delete cascade,
  primary key (file_id, ordinal)
);
create index material_chunk_material on material_chunk (material_id);
alter table material_chunk alter column content set storage external;

-- That everybody with a seat is told that materials are there.
create table material_notice (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  how          text not null check (how in (
    'asked',                                       -- an organizer wanted it
    'clock',                                       -- by itself, once, after the convening
    'never')),                                     -- an organizer does not want it to go by itself
  made_by      uuid references person on delete set null,
  created_at   timestamptz not null
);
create index material_notice_convening on material_notice (convening_id, created_at);
create index material_notice_made_by on material_notice (made_by);
create unique index material_notice_by_itself on material_notice (convening_id) where how <> 'asked';

-- ------------------------------------------------------------------------------------------------------- surveys

-- One version of one set of questions, asked at one convening. Once open its questions stay; a change is a new version.
create table survey (
  id            uuid primary key,
  convening_id  uuid not null references convening on delete cascade,
  code          text not null check (code ~ '^[a-z][a-z0-9_]{0,40}$'),  -- which set, the same in every version and convening
  version       int not null check (version > 0),
  audience      text not null check (audience in (
    'members',                                     -- adults who checked in, coaches apart
    'students',                                    -- panelists who checked in, with a living yes to exactly these questions
    'school_contacts',                             -- of schools that had a student on a panel
    'guardians',                                   -- who signed for such a student
    'coaches')),                                   -- of a member who came, or who came themselves
  privacy       text not null check (privacy in (
    'anonymous',                                   -- from close on nobody can say whose an answer is
    'confidential')),                              -- organizers can look it up, and the page says so before the first question
  definition    jsonb not null,                    -- questions, words by language, cadence, thresholds
  asked_versions int[] not null default '{}',      -- students: versions with all of these questions; the families' yes must be to one of them
  state         text not null default 'draft' check (state in (
    'draft',                                       -- being written
    'ready',                                       -- opens by itself when it is due
    'open',                                        -- answers are taken and sealed
    'closed')),                                    -- opened, counted; the key is gone
  public_key    bytea,                             -- answers are sealed with it; the private one was never in here
  created_at    timestamptz not null,
  opened_at     timestamptz,
  closes_at     timestamptz,
  closed_at     timestamptz,
  published_at  timestamptz,                       -- for members to see
  invited       int check (invited >= 0),          -- at close
  release       jsonb,                             -- all that may be shown of the answers, made once at close and never again
  unique (convening_id, code, version),
  constraint open_has_a_key check (state not in ('open', 'closed') or (public_key is not null and opened_at is not null and closes_at is not null)),
  constraint closed_is_counted check ((state = 'closed') = (closed_at is not null and release is not null and invited is not null)),
  constraint published_after_close check (published_at is null or state = 'closed'),
  constraint students_are_anonymous check (audience <> 'students' or privacy = 'anonymous'),
  constraint students_are_asked_what_families_read check (state not in ('open', 'closed') or audience <> 'students' or cardinality(asked_versions) > 0)
);
create unique index survey_opened_once on survey (convening_id, code) where state in ('open', 'closed');
create index survey_at_work on survey (state, closes_at) where state in ('ready', 'open');

create function keep_open_survey() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.state in ('open', 'closed') and (tg_op = 'DELETE'
     or (new.convening_id, new.code, new.version, new.audience, new.privacy, new.definition, new.asked_versions, new.public_key)
        is distinct from
        (old.convening_id, old.code, old.version, old.audience, old.privacy, old.definition, old.asked_versions, old.public_key)
     or (old.state = 'closed' and (new.release, new.invited, new.state) is distinct from (old.release, old.invited, old.state))) then
    raise exception 'what was asked, and what was found, stays as it is' using errcode = 'insufficient_privilege';
  end if;
  return coalesce(new, old);
end $$;
create trigger survey_stays before update or delete on survey for each row execute function keep_open_survey();

-- Who is asked. That somebody has answered is kept without a time, and only until close. The id is random: it has no order.
create table survey_invitation (
  id         uuid primary key,
  survey_id  uuid not null references survey on delete cascade,
  person_id  uuid references person on delete cascade,
  signup_id  uuid references signup on delete cascade,   -- a student
  consent_id uuid references consent on delete cascade,  -- a guardian
  answered   boolean not null default false,
  generation int not null default 0,               -- raising it revokes the personal link
  constraint invitation_of_one check (num_nonnulls(person_id, signup_id, consent_id) = 1)
);
create unique index survey_invitation_person on survey_invitation (survey_id, person_id) where person_id is not null;
create unique index survey_invitation_signup on survey_invitation (survey_id, signup_id) where signup_id is not null;
create unique index survey_invitation_consent on survey_invitation (survey_id, consent_id) where consent_id is not null;
create index survey_invitation_of_person on survey_invitation (person_id) where person_id is not null;
create index survey_invitation_of_signup on survey_invitation (signup_id) where signup_id is not null;
create index survey_invitation_of_consent on survey_invitation (consent_id) where consent_id is not null;

-- The links were mailed to the address that somebody has no longer.
create function end_survey_links() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  update survey_invitation set generation = generation + 1 where person_id = new.id;
  return null;
end $$;
create trigger person_address_ends_survey_links after update of email on person for each row
  when (lower(new.email) <> lower(old.email)) execute function end_survey_links();

-- Until close: one sealed answer an invitation, all of a survey equally long. Answering again replaces it.
create table sealed_answer (
  invitation_id uuid primary key references survey_invitation on delete cascade,
  sealed        bytea not null
);

-- From close on: what was answered, shuffled; no key to anything, no time, a random id. What we know about each person from
-- elsewhere (their sessions, whether they have a coach), and what somebody wrote, lies in parts of its own, each shuffled by itself.
create table answer (
  id        uuid primary key,
  survey_id uuid not null,
  part      text not null,                         -- 'core', or the one question whose answers these are
  body      jsonb not null
);
create index answer_part on answer (survey_id, part, id);

-- Of confidential surveys alone: whose answer it is.
create table answer_source (
  answer_id     uuid primary key references answer on delete cascade,
  invitation_id uuid not null references survey_invitation on delete cascade
);
create index answer_source_invitation on answer_source (invitation_id);
create function source_of_confidential() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from survey_invitation i join survey s on s.id = i.survey_id
                  where i.id = new.invitation_id and s.privacy = 'confidential') then
    raise exception 'nobody keeps whose an anonymous answer is' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger answer_source_confidential before insert or update on answer_source
  for each row execute function source_of_confidential();

-- What a person made of a text that somebody wrote: words that may be shown, without names. Of students' texts two people must
-- agree; each is of the text alone, never beside ratings.
create table answer_review (
  answer_id  uuid primary key references answer on delete cascade,
  words      text not null,                        -- may be shorter than what was written; empty: it is not shown
  first_by   uuid not null references person,
  second_by  uuid references person,
  constraint two_people check (second_by <> first_by)
);
create index answer_review_first on answer_review (first_by);
create index answer_review_second on answer_review (second_by);

create table survey_theme (
  id        uuid primary key,
  survey_id uuid not null references survey on delete cascade,
  question  text not null,
  name      text not null check (name <> ''),
  kept      int,                                   -- how many texts spoke of it, once these have had their time
  unique (survey_id, question, name)
);
create table answer_theme (
  answer_id uuid not null references answer on delete cascade,
  theme_id  uuid not null references survey_theme on delete cascade,
  primary key (answer_id, theme_id)
);
create index answer_theme_theme on answer_theme (theme_id);

-- A comment that an adult gave under their name, on a form of its own that knows nothing of their answers: one each, which they
-- may replace, and which is shown once an organizer has read these very words.
create table named_quote (
  invitation_id uuid primary key references survey_invitation on delete cascade,
  name          text not null check (name <> ''),
  words         text not null check (words <> ''),
  shown_by      uuid references person
);
create index named_quote_shown_by on named_quote (shown_by);

-- "One action in 30 days": for oneself, under one's name, apart from every survey; it comes back with the follow-up.
create table commitment (
  convening_id uuid not null references convening on delete cascade,
  person_id    uuid not null references person on delete cascade,
  words        text not null check (words <> ''),
  created_at   timestamptz not null,
  primary key (convening_id, person_id)
);
create index commitment_person on commitment (person_id);

-- What is kept of what people said, in answers, under their name or to themselves: by convening, since it goes with time.
create view said_in_survey with (security_invoker = true) as
  select s.convening_id from answer a join survey s on s.id = a.survey_id where s.state = 'closed'
  union all
  select s.convening_id from named_quote q join survey_invitation i on i.id = q.invitation_id join survey s on s.id = i.survey_id
   where s.state = 'closed'
  union all
  select convening_id from commitment;

-- "You said, we did": what adults did with what students told them; public once it is published.
create table report_back (
  convening_id uuid primary key references convening on delete cascade,
  said_did     jsonb not null,                     -- pairs of words by language
  published_at timestamptz
);

-- ---------------------------------------------------------------------------------------------------------- events

create table event (
  id         uuid primary key,                     -- uuid7
  ordinal    bigint not null generated always as identity,  -- the order of writing: the lock's order within a convening
  position   bigint unique,                        -- the public order, given by the relay after the commit
  kind       text not null,
  payload    jsonb not null,                       -- ids only
  bulk       boolean not null default false,       -- one of many that follow from one fact: others go first
  created_at timestamptz not null,
  attempts   int not null default 0,
  next_at    timestamptz not null,                 -- when its reactions may (again) be tried
  handled_at timestamptz,
  failed_at  timestamptz,                          -- given up: a person must look
  error      text
);
create index event_unnumbered on event (ordinal) where position is null;
create index event_registration on event ((payload ->> 'registration_id')) where payload ->> 'registration_id' is not null;
create index event_unhandled on event (bulk, next_at, ordinal) where handled_at is null and failed_at is null;
create index event_of_convening on event ((payload ->> 'convening_id'), ordinal) where payload ->> 'convening_id' is not null;
create unique index event_repeats_a_delivery_once on event ((payload ->> 'delivery_id')) where kind = 'delivery_repeated';
create index event_failed on event (kind) where failed_at is not null;

create function ring_the_bell() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_notify('plenary', '');
  return null;
end $$;
create trigger event_recorded after insert on event for each statement execute function ring_the_bell();

-- What the clock has already said, so that it says it once.
create table clock_tick (
  kind       text not null,
  subject_id uuid not null,
  due_at     timestamptz not null,
  primary key (kind, subject_id, due_at)
);

-- ------------------------------------------------------------------------------------------------------ deliveries

create table suppression (
  address_key text primary key,                    -- lower case address that we no longer write to
  reason      text not null,
  created_at  timestamptz not null
);
create index suppression_newest on suppression (created_at, address_key);
create index suppression_by_address on suppression using gin (address_key gin_trgm_ops);

-- One person's calendar entry for one registration, or for one conversation with a coach, and one address.
create table calendar_entry (
  id               uuid primary key,
  registration_id  uuid references registration on delete cascade,  -- null: of a conversation
  uid              text not null unique,
  recipient        text not null,
  sequence         int not null check (sequence >= 0),
  dtstamp          timestamptz not null,
  facts            jsonb not null,                 -- the Gathering of the newest revision
  timed_sequence   int not null default 0,         -- the revision that moved the time last: an older answer is to another time
  partstat         text check (partstat in (       -- what the person's calendar answered to it; null: nothing yet
    'ACCEPTED',
    'TENTATIVE')),                                 -- DECLINED ends the registration
  answered_at      timestamptz,                    -- when that was written, by the calendar's own clock
  answered_sequence int not null default 0,        -- to which revision; where the time was moved since, it says nothing any more
  answer_proven    boolean not null default false, -- whether our border found the sender genuine
  asked_at         timestamptz,                    -- when we asked last whether a doubtful no was meant
  repeated_at      timestamptz,                    -- when the calendar asked for it again, and got it
  left_sessions    jsonb not null default '[]',    -- sessions that were in it, each with the moment it left: feeds say so for a while
  ended_at         timestamptz,                    -- cancelled: a new registration makes a new entry
  booking_id       uuid references coach_booking on delete cascade,
  person_id        uuid references person on delete cascade,  -- whose of the two it is
  constraint entry_of_one_thing check ((registration_id is null) <> (booking_id is null)
    and (booking_id is null) = (person_id is null))
);
create unique index one_live_entry on calendar_entry (registration_id) where ended_at is null and registration_id is not null;
create unique index one_live_booking_entry on calendar_entry (booking_id, person_id)
  where ended_at is null and booking_id is not null;
create index calendar_entry_registration on calendar_entry (registration_id);
create index calendar_entry_booking on calendar_entry (booking_id) where booking_id is not null;
create index calendar_entry_person on calendar_entry (person_id) where person_id is not null;

-- The same of a convening itself, for everybody: its newest revision in the public feed.
create table convening_entry (
  convening_id     uuid primary key references convening on delete cascade,
  sequence         int not null check (sequence >= 1),
  dtstamp          timestamptz not null,
  facts            jsonb not null,                 -- the Gathering, its agenda with all sessions
  left_sessions    jsonb not null default '[]',
  ended_at         timestamptz                     -- called off
);

-- The address of somebody's own calendar feed: an HMAC over id and generation, never stored.
create table calendar_feed (
  id               uuid primary key,
  person_id        uuid not null references person on delete cascade,
  registration_id  uuid references registration on delete cascade,  -- null: of all that is theirs
  generation       int not null default 0,         -- raising it revokes the address
  changed_at       timestamptz not null,           -- it was made anew, or something in it became somebody else's
  unique nulls not distinct (person_id, registration_id)
);
create index calendar_feed_registration on calendar_feed (registration_id) where registration_id is not null;

-- Whoever read mail at another address, or had another personal link, reads no feed any more.
create function end_feeds() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'person' then
    delete from calendar_feed where person_id = new.id;
  else
    delete from calendar_feed where registration_id = new.id;
    update calendar_feed set changed_at = new.changed_at
     where old.person_id <> new.person_id and person_id in (old.person_id, new.person_id);
  end if;
  return null;
end $$;
create trigger another_address_ends_feeds after update of email on person
  for each row when (lower(old.email) <> lower(new.email)) execute function end_feeds();
create trigger another_link_ends_feeds after update of person_id, generation on registration
  for each row when (old.generation <> new.generation or old.person_id <> new.person_id) execute function end_feeds();

-- What of a delivery's state its indexes know: on its way from `queued` to the server nothing of that changes, and so a change
-- of its state writes the row alone, on the same page.
create function stage_of(state text) returns text language sql immutable strict parallel safe
  return case when state in ('queued', 'sending', 'handover') then 'open' else state end;

create table delivery (
  id              uuid primary key,                -- uuid7; the Message-ID is derived from it
  event_id        uuid references event,           -- null: the clock
  kind            text not null,                   -- the message's tag
  subject_id      uuid not null,                   -- what it is about: a registration, a sign_in, a consent …
  signup_id       uuid,                            -- about which student; no reference: it is emptied when the student goes
  convening_id    uuid references convening,
  person_id       uuid references person,          -- null: a family, whom we know from one sign-up only
  recipient       text not null,
  state           text not null default 'queued' check (state in (
    'queued',                                      -- owed, from next_at on
    'sending',                                     -- claimed by a worker until lease_until
    'handover',                                    -- the server is being given the text: silence from here on is doubtful
    'sent',                                        -- the server said 250
    'dead',                                        -- the server said no for good, or it could not be made
    'unknown',                                     -- handed over in doubt, and never to be sent twice: a person decides
    'cancelled',                                   -- no longer wanted, or superseded by a newer revision
    'expired')),                                   -- not_after passed
  policy          text not null check (policy in ('resend', 'hold')),
  message         jsonb not null,                  -- the struct, without links
  bulk            boolean not null default false,  -- one of many alike: others go first
  returned        boolean not null default false,  -- a server said later that it could not be delivered after all
  paced           boolean not null default false,  -- it has had its moment among those to the same domain
  stream          text,                            -- what its reader may ask for no more of; null: it is needed
  is_test         boolean not null default false,  -- a sample that an organizer sent to themselves
  wanted_while    text[] not null default '{}',    -- states of its registration or consent in which it is still wanted; empty: always
  calendar_uid    text references calendar_entry (uid),
  sequence        int,
  message_id      text not null unique,
  due_at          timestamptz,                     -- what the clock starts is unique per due time
  next_at         timestamptz not null,
  not_after       timestamptz,
  quiet_zone      text,                            -- a family's: it goes between 08:00 and 20:00 there; null: at any hour
  attempt         int not null default 0,
  lease_token     uuid,
  lease_until     timestamptz,
  offered_until   timestamptz,                     -- the relay offered it to the queue; offered again after this
  doubtful        boolean not null default false,  -- some hand-over of it ended in silence
  response        text,                            -- the server's words
  error           text,
  created_at      timestamptz not null,
  handover_at     timestamptz,
  sent_at         timestamptz,
  finished_at     timestamptz,
  waiting_since   timestamptz,                     -- when it was first due, once it was tried again; a wait on purpose begins anew
  content_hash    bytea,                           -- SHA-256 of the mail of which nobody knows whether it was taken: no other one repeats it
  stage           text not null generated always as (stage_of(state)) stored,
  constraint lease_when_at_work check (state not in ('sending', 'handover') or (lease_token is not null and lease_until is not null)),
  constraint to_a_family_about_a_student check (person_id is not null or signup_id is not null),
  constraint sequence_with_uid check ((calendar_uid is null) = (sequence is null)),
  unique (event_id, kind, subject_id, person_id, recipient)
) with (fillfactor = 50);
create unique index delivery_once_per_due on delivery (kind, subject_id, person_id, due_at) where event_id is null;
create unique index delivery_once_to_family on delivery (event_id, kind, subject_id, recipient) where person_id is null;
create index delivery_owed on delivery (bulk, next_at) where stage = 'open';
create index delivery_waiting on delivery (waiting_since) where stage = 'open' and waiting_since is not null;
create index delivery_listed on delivery (created_at, id);
create index delivery_recipient on delivery (lower(recipient), created_at, id);
create index delivery_stage on delivery (stage, created_at, id);
create index delivery_calendar on delivery (calendar_uid, sequence) where calendar_uid is not null;
create index delivery_subject on delivery (subject_id);
create index delivery_signup on delivery (signup_id) where signup_id is not null;
create index delivery_convening on delivery (convening_id, created_at, id);
create index delivery_person on delivery (person_id, created_at, id) where person_id is not null;
create index delivery_kind on delivery (kind, created_at, id);
create index delivery_asks on delivery (convening_id, stage) where stage in ('open', 'unknown', 'dead');
create index delivery_by_address on delivery using gin (lower(recipient) gin_trgm_ops) with (gin_pending_list_limit = 256);
create index delivery_says on delivery (finished_at) where message <> '{}'::jsonb;
create index delivery_erased on delivery (id) where recipient like 'erased:%';

-- Mails of an anonymous survey go to who has not answered, so a list of them says who has. It shows those that a person must
-- look after, and no others.
create function tells_who_answered(kind text, state text, subject_id uuid) returns boolean language sql stable
  set search_path = pg_catalog, public, pg_temp as $$
  select kind in ('survey_ask', 'family_survey') and state not in ('dead', 'unknown')
     and exists (select from survey_invitation i join survey s on s.id = i.survey_id
                  where i.id = subject_id and s.privacy = 'anonymous')
$$;

-- From close on nobody can say from mails who had not answered by when: of closed anonymous surveys (null: of all) the mails go,
-- and that they were due. What a worker has in its hands stays until the next time. It is the one way in which an event goes.
create function forget_survey_mails(which uuid) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare gone bigint;
begin
  perform from event e join survey s on s.id = (e.payload ->> 'survey_id')::uuid
    where e.kind = 'survey_mail_reached' and s.privacy = 'anonymous' and s.state = 'closed' and (which is null or s.id = which)
      for update of e;                             -- a relay that is at work on one is let through: what it owes is seen below
  delete from delivery d using survey_invitation i, survey s
   where d.subject_id = i.id and s.id = i.survey_id and d.kind in ('survey_ask', 'family_survey')
     and d.state not in ('sending', 'handover') and s.privacy = 'anonymous' and s.state = 'closed'
     and (which is null or s.id = which);
  get diagnostics gone = row_count;
  delete from event e using survey s
   where e.kind = 'survey_mail_reached' and s.id = (e.payload ->> 'survey_id')::uuid and s.privacy = 'anonymous'
     and s.state = 'closed' and (which is null or s.id = which)
     and not exists (select from delivery d where d.event_id = e.id);
  return gone;
end $$;
revoke execute on function forget_survey_mails from public;
create index event_survey_mail on event (((payload ->> 'survey_id')::uuid)) where kind = 'survey_mail_reached';
create trigger delivery_owed_now after insert on delivery for each statement execute function ring_the_bell();

-- What belongs to a convening, and its entries in the log with it.
create view belonging with (security_invoker = true) as
  select id, id as convening_id from convening
   union all select id, convening_id from registration
   union all select id, convening_id from invitation
   union all select id, convening_id from delivery;

-- What each entry is about, by today's names: what it is called, whose address that is, and which convening it belongs to.
create view audited with (security_invoker = true) as
  select a.id, q.email_key,
         coalesce(q.name, (select w.name from district w where w.id = a.thing_id),
                  (select w.name from merged_district m join district w on w.id = m.district_id where m.former_id = a.thing_id),
                  (select s.name from school s where s.id = a.thing_id),
                  (select s.name from merged_school m join school s on s.id = m.school_id where m.former_id = a.thing_id),
                  (select t.name from api_token t where t.id = a.thing_id)) as name,
         coalesce(r.convening_id::text, d.convening_id::text, i.convening_id::text, a.detail ->> 'convening',
                  case a.thing_kind when 'convening' then a.thing_id::text end) as convening_id
    from audit_entry a left join registration r on a.thing_kind = 'registration' and r.id = a.thing_id
    left join delivery d on a.thing_kind = 'delivery' and d.id = a.thing_id
    left join invitation i on a.thing_kind = 'invitation' and i.id = a.thing_id
    left join merged_person h on h.former_id = a.thing_id
    left join person q on q.id = coalesce(r.person_id, d.person_id, i.person_id, h.person_id,
                                          case a.thing_kind when 'person' then a.thing_id end);

-- What came in by mail: kept before it is acknowledged, judged once, and what was done about it.
create table inbound_mail (
  id            uuid primary key,
  position      bigint generated always as identity unique,  -- the order in which it came
  digest        bytea not null unique,             -- of the recipient and the bytes: a server that is not sure sends twice
  envelope_from text not null,
  envelope_to   text not null,
  raw           bytea,                             -- null: it was judged
  received_at   timestamptz not null,
  attempts      int not null default 0,
  lease_until   timestamptz,
  judged_at     timestamptz,
  kind          text,                              -- what it was: reply, dsn, complaint, human, hostile …
  outcome       text check (outcome in (
    'applied',                                     -- what it said was done
    'noted',                                       -- it is known, and nothing changes
    'asked',                                       -- who was invited is asked whether they meant it
    'told',                                        -- an organizer must look at it
    'stopped',                                     -- the address gets no more mail
    'counted',                                     -- a mailbox was full: the third time stops the address
    'ignored',
    'rejected')),
  reason        text not null default '',
  sender        text not null default '',
  subject       text not null default '',
  delivery_id   uuid,                              -- of ours, that it is about; no reference: mails of surveys go
  address       text not null default '',          -- whom it is about
  registration_id uuid references registration on delete set null,  -- whose calendar answered
  partstat      text not null default '',          -- what a calendar said, as it said it
  said          text,                              -- the words of a person, as text alone; null: none, or they have had their time
  seen_at       timestamptz,                       -- an organizer looked after what they were told
  seen_by       uuid references person on delete set null,
  constraint judged_is_said check ((judged_at is null) = (outcome is null))
);
create index inbound_waits on inbound_mail (position) where judged_at is null;
create index inbound_counted on inbound_mail (address, received_at) where outcome = 'counted';
create index inbound_stopped on inbound_mail (address, received_at) where outcome = 'stopped';
create index inbound_kept on inbound_mail (received_at) where sender <> '' or address <> '' or envelope_from <> '' or reason <> '';
create index inbound_told on inbound_mail (position) where outcome = 'told' and seen_at is null;
create index inbound_registration on inbound_mail (registration_id) where registration_id is not null;
create index inbound_seen_by on inbound_mail (seen_by) where seen_by is not null;

-- How far mail of which many alike go to one domain has been spread over time.
create table mail_domain (
  domain      text primary key,
  taken_until timestamptz not null                 -- the moment of the last mail that has one
);

-- Who asked for no more of a kind of mail, by the link in one of them.
create table opt_out (
  address_key text not null,                       -- in lower case
  stream      text not null check (stream in ('invitations', 'reminders', 'surveys', 'reports', 'messages', 'materials')),
  created_at  timestamptz not null,
  primary key (address_key, stream)
);
create index opt_out_newest on opt_out (created_at, address_key, stream);
create index opt_out_by_address on opt_out using gin (address_key gin_trgm_ops);

-- A message that an organizer writes to many at once. Nothing leaves before it is released.
create table bulk_message (
  id           uuid primary key,
  convening_id uuid references convening on delete cascade,  -- null: to people of the network
  audience     text not null check (audience in (  -- of a convening:
    'seated',                                      -- has a seat
    'waiting',                                     -- waits, or a seat is on offer
    'silent',                                      -- was invited, and has not answered
    'came',
    'no_show',                                     -- had a seat and did not come; known once it is over
                                                   -- of the network:
    'members', 'coaches', 'school_contacts')),
  district_id  uuid references district,           -- of the network: only of this one; null: of all
  joined_from  int,                                -- members: only those who joined in these years
  joined_until int,
  subject      text not null,
  words        text not null,                      -- plain paragraphs with {variables}
  state        text not null default 'draft' check (state in (
    'draft',                                       -- being written
    'scheduled',                                   -- released by the clock at release_at
    'released',                                    -- its recipients are known; what is owed follows
    'cancelled')),                                 -- taken back after its release: what had left has left
  version      int not null default 1 check (version > 0),  -- another one whenever it is saved
  written_by   uuid references person on delete set null,  -- who saved it last: they alone release it
  release_at   timestamptz,                        -- of a draft: when it was to leave, and did not
  released_at  timestamptz,
  laid_out_at  timestamptz,                        -- when the last of its recipients was owed their mail
  cancelled_at timestamptz,
  created_at   timestamptz not null,
  recipients   int not null default 0,             -- how many were to get it at its release
  constraint audience_of_its_kind check ((convening_id is null) = (audience in ('members', 'coaches', 'school_contacts'))),
  constraint scheduled_for_a_time check (state <> 'scheduled' or release_at is not null),
  constraint released_at_a_time check ((state in ('released', 'cancelled')) = (released_at is not null)),
  constraint cancelled_at_a_time check ((state = 'cancelled') = (cancelled_at is not null))
);
create index bulk_message_listed on bulk_message (convening_id, created_at, id);
create index bulk_message_due on bulk_message (release_at) where state = 'scheduled';
create index bulk_message_district on bulk_message (district_id);
create index bulk_message_written_by on bulk_message (written_by);

-- Who gets a bulk message: written down when it is released, so that each gets it once whatever happens meanwhile.
create table bulk_recipient (
  message_id uuid not null references bulk_message on delete cascade,
  person_id  uuid not null references person on delete cascade,
  outcome    text check (outcome in (              -- null: still to be laid out
    'owed',                                        -- there is a delivery
    'stopped',                                     -- we do not write to the address
    'unasked')),                                   -- they asked for no more of these
  primary key (message_id, person_id)
);
create index bulk_recipient_waits on bulk_recipient (message_id, person_id) where outcome is null;
create index bulk_recipient_person on bulk_recipient (person_id);

-- Other programs that are told of events. Which of them is owed what lies in webhook_call; who was told, in webhook_attempt.
create table webhook (
  id            uuid primary key,
  url           text not null unique,
  description   text not null,
  kinds         text[] not null,                   -- kinds of events; empty: all that leave
  state         text not null default 'active' check (state in (
    'active',                                      -- is called
    'paused',                                      -- an organizer wants no calls now; what happens meanwhile is told later
    'disabled')),                                  -- we stopped calling, and `reason` says why; nothing owed is forgotten
  reason        text not null default '',
  cursor        bigint not null,                   -- what lies behind this position is still to be laid out as calls
  secret        bytea not null,                    -- encrypted by the application with PLENARY_FIELD_KEYS
  former_secret bytea,                             -- the one before, which signs as well until former_until
  former_until  timestamptz,
  kept_by       uuid,                              -- the organizer who answers for it; null: the environment's own token
  failures      int not null default 0,            -- attempts in a row that failed
  failing_since timestamptz,
  rest_until    timestamptz,                       -- after several failures it is left alone for a while
  created_at    timestamptz not null,
  constraint disabled_for_a_reason check (state <> 'disabled' or reason <> ''),
  constraint former_has_an_end check ((former_secret is null) = (former_until is null))
);

-- One event that one webhook is still to be told of. The row goes when it was told, or given up.
create table webhook_call (
  webhook_id  uuid not null references webhook on delete cascade,
  position    bigint not null,                     -- the event's
  subject     uuid not null,                       -- what the event is about: one after another for each subject
  attempt     int not null default 0,
  next_at     timestamptz not null,
  lease_token uuid,
  lease_until timestamptz,                         -- a worker has it in its hands until then
  primary key (webhook_id, position),
  constraint leased_by_somebody check ((lease_token is null) = (lease_until is null))
);
create index webhook_call_subject on webhook_call (webhook_id, subject, position);
create index webhook_call_due on webhook_call (next_at);

create table webhook_attempt (
  id           uuid primary key,
  webhook_id   uuid not null references webhook on delete cascade,
  position     bigint not null,
  attempt      int not null,
  outcome      text not null check (outcome in (
    'taken',                                       -- the answer was a 2xx
    'failed',                                      -- it is tried again
    'given_up')),                                  -- it is not
  status       int,                                -- null: there was no answer
  error        text not null default '',           -- in our words; what the other program wrote is not kept
  milliseconds int not null,
  started_at   timestamptz not null
);
create index webhook_attempt_listed on webhook_attempt (webhook_id, started_at, id);
create index webhook_attempt_age on webhook_attempt (started_at);

create table heartbeat (
  process    text primary key,                     -- host, pid and what it does
  duty       text not null check (duty in (
    'relay',                                       -- events, reactions, offers to the queue
    'schedule',                                    -- the clock
    'printer',                                     -- documents
    'inbox',                                       -- mail that came in
    'webhooks',                                    -- calls of other programs
    'importer',                                    -- files of people and places
    'keeper')),                                    -- deletion, and who is here twice
  beat_at    timestamptz not null,
  queue_ok   boolean not null default true         -- whether the queue answered when last asked
);

-- --------------------------------------------------------------------------------------------------------- backups

-- Where this database is at home. One that was restored or copied must not work before that was reckoned with.
create table home (
  place text primary key                           -- PostgreSQL's own numbers of the cluster and of the database in it
);

-- Each backup, written down just before it is made: so a backup knows itself, and which keys its values need.
create table backup (
  made_at     timestamptz primary key,
  keys_mark   text not null,                       -- HMACs of the keys, never the keys
  finished_at timestamptz                          -- null: it broke off, or is this very backup
);

-- What was restored here. Until `doubt_until` the installation that the backup is of may have gone on: what follows from an earlier
-- moment may have been mailed already, so it waits for a person.
create table restoration (
  restored_at   timestamptz primary key,
  backup_at     timestamptz not null,
  doubt_until   timestamptz,                       -- null: nothing has worked on it since
  position_from bigint not null,                   -- events are numbered from here on: readers have seen numbers that are lost
  settled_at    timestamptz,                       -- the clock has caught up with doubt_until
  check (doubt_until >= backup_at)
);

create function doubt_what_a_backup_owed() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from restoration r where r.doubt_until >=
               coalesce((select e.created_at from event e where e.id = new.event_id), new.created_at)) then
    new.state := 'unknown';
    new.doubtful := true;
    new.finished_at := new.created_at;
    new.error := 'A backup was restored: this may have been sent before.';
  end if;
  return new;
end $$;
create trigger a_backup_may_have_sent_it before insert on delivery
  for each row when (new.state = 'queued') execute function doubt_what_a_backup_owed();

-- What is counted for ever, by all processes together: whoever looks tells from two looks how often it happens.
create table tally (
  name  text primary key check (name in (
    'wrong_code',                                  -- somebody typed a wrong code to sign in
    'sign_in_given_up',                            -- the fifth wrong code of one sign-in
    'only_the_link')),                             -- a code was not looked at, since all together typed too many wrong ones
  count bigint not null
);

-- Somebody of whom we know nothing but a name and an address, which a stranger may have typed: no part in the network, no role, no
-- registration or invitation, no mail that is still listed, nothing that they did or an organizer did about them. Also what is left
-- of a person who was erased.
create view unknown_person with (security_invoker = true) as
  select p.id, p.created_at from person p
   where p.code is null and p.district_id is null and p.time_zone is null and not p.listed
     and p.pronouns || p.dietary || p.access_needs || p.badge_name || p.about = ''
     and not exists (select from membership m where m.person_id = p.id offset 0)
     and not exists (select from coach c where c.person_id = p.id offset 0)
     and not exists (select from school_contact k where k.person_id = p.id offset 0)
     and not exists (select from role_grant g where g.person_id = p.id offset 0)
     and not exists (select from api_token t where t.created_by = p.id offset 0)
     and not exists (select from web_session w where w.person_id = p.id offset 0)
     and not exists (select from sign_in i where i.person_id = p.id offset 0)
     and not exists (select from invitation i where i.person_id = p.id offset 0)
     and not exists (select from registration r where r.person_id = p.id offset 0)
     and not exists (select from delivery d where d.person_id = p.id offset 0)
     and not exists (select from survey_invitation v where v.person_id = p.id offset 0)
     and not exists (select from answer_review w where w.first_by = p.id offset 0)
     and not exists (select from answer_review w where w.second_by = p.id offset 0)
     and not exists (select from named_quote q where q.shown_by = p.id offset 0)
     and not exists (select from commitment m where m.person_id = p.id offset 0)
     and not exists (select from panel n where n.moderator_id = p.id offset 0)
     and not exists (select from audit_entry a where a.person_id = p.id offset 0)
     and not exists (select from audit_entry a where a.thing_id = p.id offset 0)
     and not exists (select from merged_person m join audit_entry a on a.person_id = m.former_id where m.person_id = p.id offset 0)
     and not exists (select from merged_person m where m.merged_by = p.id offset 0)
     and not exists (select from merged_district m where m.merged_by = p.id offset 0)
     and not exists (select from merged_school m where m.merged_by = p.id offset 0)
     and not exists (select from told_apart t where t.told_by = p.id offset 0)
     and not exists (select from coach_slot s where s.coach_id = p.id offset 0)
     and not exists (select from coach_booking b where b.member_id = p.id offset 0)
     and not exists (select from coach_note n where n.coach_id = p.id offset 0)
     and not exists (select from coach_note n where n.member_id = p.id offset 0)
     and not exists (select from bulk_message b where b.written_by = p.id offset 0)
     and not exists (select from bulk_recipient b where b.person_id = p.id offset 0)
     and not exists (select from import_file f where f.person_id = p.id offset 0)
     and not exists (select from material m where m.created_by = p.id offset 0)
     and not exists (select from material_notice n where n.made_by = p.id offset 0);

-- What a second entry of a person did and has, where nothing of the kind can stand twice: it is the first one's from now on. With its
-- owner's rights, since of what only grows (scans, corrections, answers' sources) it says anew whose it is, and nothing else.
create function follow_merge(former uuid) returns void language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  kept uuid;
begin
  select m.person_id into strict kept from merged_person m where m.former_id = former;
  update merged_person set person_id = kept where person_id = former;
  update merged_person set merged_by = kept where merged_by = former;
  update merged_district set merged_by = kept where merged_by = former;
  update merged_school set merged_by = kept where merged_by = former;
  update told_apart set told_by = kept where told_by = former;
  update former_address set person_id = kept where person_id = former;
  update import_file set person_id = kept where person_id = former;
  update sign_in set person_id = kept where person_id = former;
  update api_token set created_by = kept where created_by = former;
  update role_grant set granted_by = kept where granted_by = former;
  update registration set person_id = kept where person_id = former;
  update registration_note set person_id = kept where person_id = former;
  update panel set moderator_id = kept where moderator_id = former;
  update signup set created_by = kept where created_by = former;
  update interpreter_request set done_by = kept where done_by = former;
  update signup_extension set person_id = kept where person_id = former;
  update glass_break set person_id = kept where person_id = former;
  update scan set person_id = kept where person_id = former;
  update scan_undo set person_id = kept where person_id = former;
  update attendance_correction set person_id = kept where person_id = former;
  update media_item set created_by = kept where created_by = former;
  update media_student set down_by = kept where down_by = former;
  update student_request set done_by = kept where done_by = former;
  update legal_hold set begun_by = kept where begun_by = former;
  update legal_hold set ended_by = kept where ended_by = former;
  update answer_source o set invitation_id = k.id from survey_invitation f
    join survey_invitation k on k.survey_id = f.survey_id and k.person_id = kept
   where f.person_id = former and o.invitation_id = f.id;
  update answer_review set first_by = case first_by when former then kept else first_by end,
                           second_by = case when former in (first_by, second_by) and kept in (first_by, second_by) then null
                                            when second_by = former then kept else second_by end
   where former in (first_by, second_by);          -- what one person read twice waits for a second one again
  update named_quote set shown_by = kept where shown_by = former;
  update inbound_mail set seen_by = kept where seen_by = former;
  update webhook set kept_by = kept where kept_by = former;
  update material set created_by = kept where created_by = former;
  update material_notice set made_by = kept where made_by = former;
end $$;
revoke execute on function follow_merge from public;

-- What the application may do. It owns nothing; the events stay as they were recorded.
grant select, insert, update, delete on all tables in schema public to plenary_app;
grant usage on all sequences in schema public to plenary_app;
revoke insert, update, delete on schema_migration, home, backup, restoration from plenary_app;
grant update (settled_at) on restoration to plenary_app;
revoke update, delete on audit_entry from plenary_app;
revoke update, delete on evidence, disclosure, student_export, erasure from plenary_app;
revoke update on evidence_body from plenary_app;
revoke insert, update, delete on badge from plenary_app;
revoke update, delete on scan, scan_undo, attendance_correction, walk_in from plenary_app;
grant update (adult) on scan to plenary_app;
revoke update on answer, answer_source from plenary_app;
revoke update, delete on certificate from plenary_app;
grant update (replaced_at) on certificate to plenary_app;
revoke insert, update, delete on clearance, evidence_head from plenary_app;
revoke update, delete on event from plenary_app;
grant execute on function forget_survey_mails to plenary_app;
grant execute on function follow_merge to plenary_app;
grant update (position, attempts, next_at, handled_at, failed_at, error) on event to plenary_app;
grant update (reason) on attendance_correction to plenary_app;
revoke update, delete on person_erasure from plenary_app;
grant update (done_at, what, address_marks) on person_erasure to plenary_app;
grant execute on function forget_certificates, forget_audit to plenary_app;

-- From PostgreSQL 17 on whoever owns nothing may still clear dead rows away; before, the nightly deletion does so where it is
-- given the owner's address, and says where it is not.
do $$ begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on all tables in schema public to plenary_app';
  end if;
end $$;
