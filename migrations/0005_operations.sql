-- Signs of life of every duty of a worker, failed sign-ins counted, since when a mail waits, events that were given up found at once.

alter table heartbeat drop constraint heartbeat_duty_check;
alter table heartbeat add constraint heartbeat_duty_check check (duty in (
    'relay',
    'schedule',
    'printer',
    'inbox',
    'webhooks'));

create table tally (
  name  text primary key check (name in (
    'wrong_code',
    'sign_in_given_up',
    'only_the_link')),
  count bigint not null
);
grant select, insert, update, delete on tally to plenary_app;


alter table delivery add column waiting_since timestamptz, add column content_hash bytea;
create index delivery_waiting on delivery (waiting_since) where state in ('queued', 'sending', 'handover') and waiting_since is not null;
