#!/usr/bin/perl
# Verifies the DKIM signature of the mail on standard input with Mail::DKIM, which shares no code with what signs.
# Usage: dkim_verify.pl NAME TEXT [NAME TEXT …], the text records that exist; nothing is asked of any network.
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS;

package Told {
    sub new { my ( $class, %records ) = @_; return bless {%records}, $class }
    sub errorstring { return 'NOERROR' }

    sub send {
        my ( $self, $name, $type ) = @_;
        my $packet = Net::DNS::Packet->new( $name, $type );
        my $text   = $self->{$name};
        $packet->header->rcode( defined $text ? 'NOERROR' : 'NXDOMAIN' );
        my @strings = defined $text ? $text =~ /(.{1,255})/gs : return $packet;
        $packet->push( answer => Net::DNS::RR->new( name => $name, type => 'TXT', txtdata => \@strings ) );
        return $packet;
    }
}

Mail::DKIM::DNS::resolver( Told->new(@ARGV) );
my $verifier = Mail::DKIM::Verifier->new();
binmode STDIN;
local $/;
$verifier->PRINT(<STDIN>);
$verifier->CLOSE();
for my $signature ( $verifier->signatures ) {
    printf "%s %s\n", $signature->domain, $signature->result_detail =~ s/\s+/ /gr;
}
