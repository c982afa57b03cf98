-- Organizers write to many at once: drafts that are held until they are released.

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

alter table opt_out drop constraint opt_out_stream_check;
alter table opt_out add constraint opt_out_stream_check
  check (stream in ('invitations', 'reminders', 'surveys', 'reports', 'messages'));

grant select, insert, update, delete on bulk_message, bulk_recipient to plenary_app;
