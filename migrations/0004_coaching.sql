-- Slots that coaches keep at a convening, who booked them, calendar entries of both, and a coach's private notes.

create table coach_slot (
  id           uuid primary key,
  convening_id uuid not null references convening on delete cascade,
  coach_id     uuid not null references person on delete cascade,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  place        text not null default '',
  audience     text not null check (audience in (
    'own',
    'network')),
  first_day    date not null,
  time_zone    text not null,
  removed_at   timestamptz,
  created_at   timestamptz not null,
  constraint slot_ends_after_start check (ends_at > starts_at)
);
create index coach_slot_convening on coach_slot (convening_id, starts_at, id);
create index coach_slot_coach on coach_slot (coach_id, starts_at);

create table coach_booking (
  id              uuid primary key,
  slot_id         uuid not null references coach_slot on delete cascade,
  registration_id uuid not null references registration on delete cascade,
  member_id       uuid not null references person on delete cascade,
  state           text not null default 'booked' check (state in (
    'booked',
    'cancelled')),
  ended_by        text check (ended_by in (
    'member',
    'calendar',
    'coach',
    'organizer',
    'registration',
    'convening')),
  words           text not null default '',
  created_at      timestamptz not null,
  changed_at      timestamptz not null,
  constraint ended_by_somebody check ((state = 'cancelled') = (ended_by is not null))
);
create unique index no_slot_sold_twice on coach_booking (slot_id) where state = 'booked';
create index coach_booking_slot on coach_booking (slot_id);
create index coach_booking_registration on coach_booking (registration_id);
create index coach_booking_member on coach_booking (member_id);
create index coach_booking_says on coach_booking (slot_id) where words <> '';

create table coach_note (
  id         uuid primary key,
  coach_id   uuid not null references person on delete cascade,
  member_id  uuid not null references person on delete cascade,
  booking_id uuid references coach_booking on delete set null,
  sealed     bytea not null,
  shared     boolean not null default false,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index coach_note_pair on coach_note (coach_id, member_id, created_at, id);
create index coach_note_member on coach_note (member_id, created_at, id);
create index coach_note_booking on coach_note (booking_id) where booking_id is not null;
create index coach_note_age on coach_note (changed_at);

alter table calendar_entry alter column registration_id drop not null;
alter table calendar_entry add column booking_id uuid references coach_booking on delete cascade;
alter table calendar_entry add column person_id uuid references person on delete cascade;
alter table calendar_entry add constraint entry_of_one_thing
  check ((registration_id is null) <> (booking_id is null) and (booking_id is null) = (person_id is null));
drop index one_live_entry;  -- each knows its own entries only: the other one's are no way to them
create unique index one_live_entry on calendar_entry (registration_id) where ended_at is null and registration_id is not null;
create unique index one_live_booking_entry on calendar_entry (booking_id, person_id)
  where ended_at is null and booking_id is not null;
create index calendar_entry_booking on calendar_entry (booking_id) where booking_id is not null;
create index calendar_entry_person on calendar_entry (person_id) where person_id is not null;

grant select, insert, update, delete on coach_slot, coach_booking, coach_note to plenary_app;
